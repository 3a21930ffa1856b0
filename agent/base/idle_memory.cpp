#include "base/idle_memory.hpp"

#include <malloc.h>

namespace leadsman {

void release_idle_memory() { ::malloc_trim(0); }

}  // namespace leadsman
