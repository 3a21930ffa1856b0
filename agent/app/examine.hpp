#pragma once

#include "app/config.hpp"
#include "wire/check.hpp"

namespace leadsman::app {

// What would keep an agent of this configuration from its work: the state folder, helm, each cluster. For when it does not
// start; takes no lock and changes nothing, so another agent may be at work there. Runs an io_context of its own.
wire::checks examine(const config& settings);

// As lines for people: "✓ helm  v4.2.3", what to do below what is wrong.
std::string to_text(const wire::checks& checks);

}  // namespace leadsman::app
