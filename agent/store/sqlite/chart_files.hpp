#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace leadsman::store::sqlite {

// 64 lower-case hex digits: what may become the name of a file. Errors: invalid_input.
result<void> check_digest(const std::string& digest);

// <folder>/<digest>.tgz. A file is there as a whole or not at all, also after a power cut.
class chart_files {
 public:
  explicit chart_files(std::filesystem::path folder) : folder_(std::move(folder)) {}

  result<void> prepare();  // makes the folder; removes what an interrupted write has left
  result<void> write(const std::string& digest, const std::string& content);
  result<std::string> read(const std::string& digest) const;      // not_found, unavailable
  std::optional<int64_t> size(const std::string& digest) const;  // absent when there is no such file
  void remove(const std::string& digest);  // one that cannot be removed is tried again at the next prune
  std::vector<std::string> digests() const;

 private:
  std::filesystem::path path_of(const std::string& digest) const;

  std::filesystem::path folder_;
};

}  // namespace leadsman::store::sqlite
