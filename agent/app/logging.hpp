#pragma once

#include "app/config.hpp"

namespace leadsman::app {

// Logs go to stderr: as text, or as one JSON object a line.
void set_up_logging(const config& settings);

}  // namespace leadsman::app
