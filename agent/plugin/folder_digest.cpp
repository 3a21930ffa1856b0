#include "plugin/folder_digest.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <system_error>

#include "sign/hash.hpp"

namespace leadsman::plugin {

namespace fs = std::filesystem;

namespace {

constexpr size_t k_most_files = 10'000;
constexpr uint64_t k_most_bytes = 512ULL << 20;

std::unexpected<error> refuse(const fs::path& path, const std::string& why) { return fail(errc::invalid_input, path.string() + " " + why); }

bool has_control_characters(const std::string& text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

class descriptor {
 public:
  explicit descriptor(int fd) : fd_(fd) {}
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

// The files of a folder and below, relative to it.
class listing {
 public:
  explicit listing(fs::path root) : root_(std::move(root)) {}

  result<std::string> digest() {
    LEADSMAN_CHECK(add_folder(""));
    sign::sha256_hasher all;
    for (const auto& [path, line] : lines_) all.update(line + " " + path + "\n");
    return all.finish_hex();
  }

 private:
  result<void> add_folder(const fs::path& name) {
    std::error_code failure;
    for (fs::directory_iterator at(root_ / name, failure), end; !failure && at != end; at.increment(failure)) {
      LEADSMAN_CHECK(add(name / at->path().filename()));
    }
    if (failure) return refuse(root_ / name, "cannot be listed: " + failure.message());
    return {};
  }

  result<void> add(const fs::path& name) {
    const fs::path path = root_ / name;
    if (has_control_characters(name.string())) return fail(errc::invalid_input, root_.string() + " holds a file with control characters in its name");
    std::error_code failure;
    const fs::file_status status = fs::symlink_status(path, failure);
    if (fs::is_directory(status)) return add_folder(name);
    if (fs::is_symlink(status)) return refuse(path, "is a symbolic link, and what it leads to may change; a plugin's folder holds its files themselves");
    if (!fs::is_regular_file(status)) return refuse(path, "is neither a file nor a folder");
    if (lines_.size() == k_most_files) return fail(errc::too_large, root_.string() + " holds more than " + std::to_string(k_most_files) + " files; is it really a plugin?");
    LEADSMAN_TRY(lines_[name.string()], line_of(path));
    return {};
  }

  result<std::string> line_of(const fs::path& path) {
    const descriptor in(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
    struct stat info{};
    if (in.get() < 0 || ::fstat(in.get(), &info) != 0) return refuse(path, "cannot be read: " + std::generic_category().message(errno));
    sign::sha256_hasher content;
    std::string part(64 * 1024, '\0');
    ssize_t size = 0;
    while ((size = ::read(in.get(), part.data(), part.size())) > 0) {
      content.update(std::string_view(part).substr(0, static_cast<size_t>(size)));
      bytes_ += static_cast<uint64_t>(size);
      if (bytes_ > k_most_bytes) return fail(errc::too_large, root_.string() + " holds more than " + std::to_string(k_most_bytes >> 20) + " MiB; is it really a plugin?");
    }
    if (size < 0) return refuse(path, "cannot be read: " + std::generic_category().message(errno));
    return content.finish_hex() + ((info.st_mode & S_IXUSR) != 0 ? " x" : " -");
  }

  fs::path root_;
  std::map<std::string, std::string> lines_;  // path → what comes before it
  uint64_t bytes_ = 0;
};

}  // namespace

result<std::string> folder_digest(const fs::path& folder) {
  std::error_code failure;
  if (!fs::is_directory(folder, failure)) return fail(errc::not_found, "there is no folder " + folder.string());
  return listing(folder).digest();
}

}  // namespace leadsman::plugin
