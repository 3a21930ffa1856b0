#include "base/idle_memory.hpp"

#include <malloc.h>

namespace leadsman {

void share_one_heap() { ::mallopt(M_ARENA_MAX, 1); }

void release_idle_memory() { ::malloc_trim(0); }

}  // namespace leadsman
