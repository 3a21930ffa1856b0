#pragma once

#include <string>
#include <vector>

#include "action/arguments.hpp"
#include "action/environment.hpp"

namespace leadsman::action {

// The inputs of action.yml, which hands them over as INPUT_<NAME> (upper case, '-' as '_'). An empty one is not given.
// Errors: invalid_input, the field being the input's name.
result<arguments> read_action_inputs(const environment& env);

std::vector<std::string> action_input_names();
std::string variable_of(std::string_view input);  // "set-string" → "INPUT_SET_STRING"

}  // namespace leadsman::action
