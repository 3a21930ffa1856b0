#include "helm/private_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace leadsman::helm {

namespace {

constexpr std::string_view k_prefix = "values-";
constexpr size_t k_max_name = 60;

// The user's file name as far as it is harmless, since helm names the file in its messages.
std::string file_name(size_t index, const std::string& name) {
  std::string safe = std::filesystem::path(name).filename().string();
  for (char& c : safe) {
    const bool harmless = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';
    if (!harmless) c = '_';
  }
  return fmt::format("{}-{}", index, safe.substr(0, k_max_name));
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

bool write_file(const std::string& path, std::string_view text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  const bool written = write_all(fd, text);
  return ::close(fd) == 0 && written;
}

std::unexpected<error> not_writable(const std::filesystem::path& path) {
  return fail(errc::unavailable, fmt::format("{} cannot be written: {}.", path.string(), std::generic_category().message(errno)));
}

}  // namespace

result<private_files> private_files::write(const std::filesystem::path& run_dir, const std::vector<values_file>& files) {
  std::string folder = (run_dir / (std::string(k_prefix) + "XXXXXX")).string();
  if (!::mkdtemp(folder.data())) return not_writable(folder);  // 0700
  private_files made{std::filesystem::path(folder)};
  for (const values_file& file : files) {
    const std::string path = folder + "/" + file_name(made.paths_.size(), file.name);
    if (!write_file(path, file.text)) return not_writable(path);
    made.paths_.push_back(path);
  }
  return made;
}

private_files::private_files(private_files&& other) noexcept
    : folder_(std::exchange(other.folder_, {})), paths_(std::move(other.paths_)) {}

private_files::~private_files() {
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

void private_files::remove_leftovers(const std::filesystem::path& run_dir) {
  std::error_code ignored;
  std::vector<std::filesystem::path> old;
  for (const auto& entry : std::filesystem::directory_iterator(run_dir, ignored)) {
    if (entry.path().filename().string().starts_with(k_prefix)) old.push_back(entry.path());
  }
  for (const auto& path : old) std::filesystem::remove_all(path, ignored);
}

}  // namespace leadsman::helm
