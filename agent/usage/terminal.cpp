#include "usage/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace leadsman::usage {

size_t terminal_columns() {
  winsize found{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &found) != 0 || found.ws_col == 0) return 80;
  return std::clamp<size_t>(found.ws_col, 40, 120);
}

}  // namespace leadsman::usage
