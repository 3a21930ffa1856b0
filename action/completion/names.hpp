#pragma once

#include <string>

#include "action/completion/candidates.hpp"

namespace leadsman::action {

// Of this leadsman.yaml, or of the one in the working folder when `file` is empty. A file that is only half written has
// names too; whatever cannot be read, or is no valid name, is left out.
known_names names_in_config(const std::string& file);

}  // namespace leadsman::action
