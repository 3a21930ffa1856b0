#pragma once

#include <string_view>

namespace leadsman {

// A named place where the agent can be told to die, as by kill -9, by the environment variable
// LEADSMAN_FAILPOINT=<name>: how the tests prove that a rollout survives it. Does nothing otherwise.
void failpoint(std::string_view name);

}  // namespace leadsman
