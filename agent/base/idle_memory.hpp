#pragma once

namespace leadsman {

// For a process that will now wait for a long time: gives back free heap, and the pages of program text and constants,
// which come back from the page cache one by one as they are used.
void release_idle_memory();

}  // namespace leadsman
