#pragma once

#include <string>

#include "action/arguments.hpp"

namespace leadsman::action {

// What was said about measuring, as a query: "window=5m&from=envoy"; empty when nothing was.
std::string measuring_query(const arguments& given);

}  // namespace leadsman::action
