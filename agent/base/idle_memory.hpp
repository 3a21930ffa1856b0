#pragma once

namespace leadsman {

// For a process whose threads wait more than they work, before the first of them: they share one heap, where each fills
// the holes that another left, instead of having one each.
void share_one_heap();

// For a process that will now wait for a long time: gives free heap back to the system.
void release_idle_memory();

}  // namespace leadsman
