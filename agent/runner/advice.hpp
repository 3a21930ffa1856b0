#pragma once

#include <string>

#include "flow/machine.hpp"
#include "model/release_id.hpp"

namespace leadsman::runner {

// What whoever asked for the deployment does next, as a sentence; empty when nothing is left to do.
std::string advise(const flow::end& ended, const model::release_id& release, const std::string& id);

}  // namespace leadsman::runner
