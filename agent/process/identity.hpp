#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.hpp"

namespace leadsman::process {

// Names one process for ever: a pid alone is reused, and starts over with the machine. Journaled before the process is
// waited for, so that a restarted agent can tell whether it is dead.
struct process_identity {
  int pid = 0;
  uint64_t start_ticks = 0;  // field 22 of /proc/<pid>/stat: clock ticks since boot
  std::string boot_id;       // /proc/sys/kernel/random/boot_id

  friend bool operator==(const process_identity&, const process_identity&) = default;
};

// Errors: not_found (no such process), internal (/proc is not readable).
result<process_identity> identify(int pid);

// A zombie counts as dead: it does nothing any more.
bool is_alive(const process_identity& identity);

// SIGKILL to the group that it leads, if it is alive.
void kill(const process_identity& identity);

// "4711:83920:0f4c…", for the journal. Errors of parse: invalid_input.
std::string to_string(const process_identity& identity);
result<process_identity> parse_identity(const std::string& text);

}  // namespace leadsman::process
