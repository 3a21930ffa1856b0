#pragma once

#include <string>
#include <vector>

#include "action/output/block.hpp"
#include "action/output/styled.hpp"

namespace leadsman::action {

// Keeps a block of lines at the bottom of a terminal while finished lines scroll above it. Produces what has to be
// written, as one text, and remembers what stands on the screen; writing it is the caller's.
class painter {
 public:
  explicit painter(bool color) : color_(color) {}

  // Takes the old block away, adds `above` for good, draws `block`. Empty when nothing would change.
  std::string update(const std::vector<styled_line>& above, std::vector<styled_line> block, terminal_size size);
  std::string finish(terminal_size size);  // takes the block away and shows the cursor again

 private:
  std::string erase(terminal_size size) const;

  bool color_;
  bool cursor_hidden_ = false;
  std::vector<styled_line> block_;
};

}  // namespace leadsman::action
