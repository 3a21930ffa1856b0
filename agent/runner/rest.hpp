#pragma once

#include <string>

#include "model/deployment.hpp"

namespace leadsman::runner {

// Why nothing can be asked of a deployment that nobody is at work on, as a sentence: it has ended, or nobody can carry it on.
std::string has_ended(const model::deployment& ended);
std::string cannot_go_on(const std::string& id, const std::string& because);

}  // namespace leadsman::runner
