#pragma once

#include "app/config.hpp"

namespace leadsman::app {

// The composition root: builds everything from the configuration, serves until SIGTERM or SIGINT, and shuts down in
// order. Returns when all has ended. Errors: whatever keeps it from starting.
result<void> run_agent(config settings);

}  // namespace leadsman::app
