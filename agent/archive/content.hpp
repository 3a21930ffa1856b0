#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace leadsman::archive {

struct file_content {
  std::string data;
  bool executable = false;
};

// A folder in memory: "templates/web.yaml" → content, sorted bytewise. Folders exist through their files
// only: git does not keep empty ones and helm does not look at them.
using content_map = std::map<std::string, file_content>;

struct limits {
  size_t max_entries = 10'000;
  uint64_t max_total_bytes = uint64_t{64} << 20;  // unpacked
  uint64_t max_entry_bytes = uint64_t{16} << 20;
};

// Untrusted text made harmless for a message.
std::string printable(std::string_view text);

// A relative path that means the same everywhere: no "..", no empty or "." part, no control character, UTF-8,
// at most 1,000 bytes. Errors: invalid_input, the name made harmless for display.
result<void> check_path(std::string_view path);

// The canonical tar: sorted, mode 0644 or 0755, owner 0, time 0, ustar with a pax path where a name is longer
// than 100 bytes. Its bytes depend on names, contents and executable bits only, and are the same in every
// version of Leadsman.
std::string write_tar(const content_map& content);

// SHA-256 (hex) of the canonical tar, without holding it in memory.
std::string digest_of(const content_map& content);

std::string compress(std::string_view data);  // gzip without name and time

// Reads a tar, gzipped or not, from anyone. Nothing is written anywhere. Errors: invalid_input (damaged, a
// name that climbs out, a link, a device, the same path twice), too_large (more, or larger, than the limits;
// noticed while reading).
result<content_map> read_archive(std::string_view bytes, const limits& bounds = {});

}  // namespace leadsman::archive
