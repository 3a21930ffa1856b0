#pragma once

#include <string>

namespace leadsman::app {

// Runs the conformance suite of plugins against the one in `folder` and prints its list. Returns the exit code: 0 when every
// point is good, else 1.
int check_plugin(const std::string& folder);

}  // namespace leadsman::app
