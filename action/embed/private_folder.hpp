#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace leadsman::action {

// A folder that only this user may enter, removed with everything in it at the end.
class private_folder {
 public:
  // Below `base`, or /tmp when that would make a Unix socket's path too long. Errors: internal.
  static result<private_folder> create(std::string_view base);
  ~private_folder();
  private_folder(private_folder&& other) noexcept;
  private_folder& operator=(private_folder&& other) noexcept;

  const std::string& path() const { return path_; }

  // A file with mode 0600. Returns its path. Errors: internal.
  result<std::string> write(std::string_view name, std::string_view content) const;

 private:
  explicit private_folder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// Writes a new file with mode 0600; one that exists is not touched. Errors: conflict (it exists), internal.
result<void> write_private_file(const std::string& path, std::string_view content);

}  // namespace leadsman::action
