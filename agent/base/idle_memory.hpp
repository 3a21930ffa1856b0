#pragma once

namespace leadsman {

// For a process that will now wait for a long time: gives free heap back to the system.
void release_idle_memory();

}  // namespace leadsman
