#pragma once

#include <cstddef>

namespace leadsman::usage {

// Of the terminal behind stdout, as far as long lines can be read (120); 80 when there is none.
size_t terminal_columns();

}  // namespace leadsman::usage
