#pragma once

#include "action/arguments.hpp"
#include "action/environment.hpp"
#include "model/request.hpp"

namespace leadsman::action {

// Who asks: the workflow run as GitHub's variables tell it, or the user at a terminal (then run_id is empty).
model::origin read_origin(const environment& env, const arguments& given);

}  // namespace leadsman::action
