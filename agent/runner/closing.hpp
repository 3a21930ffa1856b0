#pragma once

#include "flow/machine.hpp"
#include "store/store.hpp"

namespace leadsman::runner {

// What is saved when a deployment ends: its last state and its last event.
store::change make_closing(const model::deployment& now, const flow::end& e);

}  // namespace leadsman::runner
