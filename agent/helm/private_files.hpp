#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "helm/values.hpp"

namespace leadsman::helm {

// Values files on disk for as long as this lives: a folder that only this user can enter (0700), files 0600.
class private_files {
 public:
  // Errors: unavailable (disk full, not writable).
  static result<private_files> write(const std::filesystem::path& run_dir, const std::vector<values_file>& files);

  private_files(private_files&& other) noexcept;
  private_files& operator=(private_files&&) = delete;
  ~private_files();

  const std::filesystem::path& folder() const { return folder_; }
  const std::vector<std::string>& paths() const { return paths_; }  // in the order given

  // Removes what a killed agent left. Only one agent may use `run_dir`.
  static void remove_leftovers(const std::filesystem::path& run_dir);

 private:
  explicit private_files(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path folder_;
  std::vector<std::string> paths_;
};

}  // namespace leadsman::helm
