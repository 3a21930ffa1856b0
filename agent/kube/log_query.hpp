#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace leadsman::kube {

// Which lines of which container.
struct log_query {
  std::string name_space;
  std::string pod;
  std::string container{};                      // empty: the only one, or the default-container annotation's
  std::optional<int> tail_lines{};
  std::optional<std::chrono::seconds> since{};  // at most this old
  bool previous = false;                        // of the instance before the last restart
  bool timestamps = false;
  size_t limit_bytes = 1024 * 1024;             // 0: no limit (follow)
};

}  // namespace leadsman::kube
