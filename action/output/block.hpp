#pragma once

#include <vector>

#include "action/output/progress.hpp"
#include "action/output/styled.hpp"

namespace leadsman::action {

struct terminal_size {
  size_t columns = 80;
  size_t rows = 24;

  bool operator==(const terminal_size&) const = default;
};

// The block at the bottom of the screen: which step runs and for how long, workloads with their ready counts, pods that
// are not well or not yet ready. Never wider or higher than the terminal; empty after the end.
std::vector<styled_line> render_block(const progress& known, wall_time now, terminal_size size);

}  // namespace leadsman::action
