#include "action/embed/private_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

namespace leadsman::action {

namespace {

constexpr size_t k_longest_base = 60;  // a socket's path may have 107 characters

std::string reason() { return std::strerror(errno); }

}  // namespace

result<private_folder> private_folder::create(std::string_view base) {
  std::string path(base.empty() || base.size() > k_longest_base ? "/tmp" : base);
  path += "/leadsman-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) return fail(errc::internal, "cannot make a private folder " + path + ": " + reason());
  return private_folder(std::move(path));
}

private_folder::~private_folder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

private_folder::private_folder(private_folder&& other) noexcept : path_(std::exchange(other.path_, "")) {}

private_folder& private_folder::operator=(private_folder&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

result<std::string> private_folder::write(std::string_view name, std::string_view content) const {
  const std::string file = path_ + "/" + std::string(name);
  LEADSMAN_CHECK(write_private_file(file, content));
  return file;
}

result<void> write_private_file(const std::string& path, std::string_view content) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0 && errno == EEXIST) return fail(errc::conflict, "'" + path + "' exists already and is not written over");
  if (file < 0) return fail(errc::internal, "cannot write '" + path + "': " + reason());
  const ssize_t written = ::write(file, content.data(), content.size());
  const bool complete = written == static_cast<ssize_t>(content.size()) && ::fsync(file) == 0;
  const std::string why = reason();
  ::close(file);
  if (complete) return {};
  ::unlink(path.c_str());
  return fail(errc::internal, "cannot write '" + path + "': " + why);
}

}  // namespace leadsman::action
