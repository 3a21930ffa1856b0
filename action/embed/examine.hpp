#pragma once

#include "action/embed/embedded_agent.hpp"
#include "wire/check.hpp"

namespace leadsman::action {

// What would keep an embedded agent of these settings from its work, as leadsman-agent itself finds it: for when it does
// not start. Errors: internal or unavailable, with the end of its log.
task<result<wire::checks>> examine_embedded(embedded_settings settings);

}  // namespace leadsman::action
