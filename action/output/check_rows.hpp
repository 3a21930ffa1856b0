#pragma once

#include <vector>

#include "action/output/narrate.hpp"
#include "wire/check.hpp"

namespace leadsman::action {

// A row a check, in columns: ✓ well, ! works and wants to be looked at, ✗ wrong; below it what to do. `indent` in columns.
void add_check_rows(std::vector<spoken_line>& out, const wire::checks& checks, size_t indent = 0);

// What can be applied as it is (Kubernetes YAML), unindented.
void add_remedies(std::vector<spoken_line>& out, const wire::checks& checks);

}  // namespace leadsman::action
