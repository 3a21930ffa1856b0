#include "archive/folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "sign/hash.hpp"

namespace leadsman::archive {

namespace fs = std::filesystem;

namespace {

struct descriptor {
  int fd;
  explicit descriptor(int opened) : fd(opened) {}
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

std::unexpected<error> refuse(const fs::path& path, std::string why) {
  return fail(errc::invalid_input, "'" + printable(path.string()) + "' " + std::move(why), path.string());
}

bool is_inside(const fs::path& path, const fs::path& folder) {
  return std::ranges::mismatch(folder, path).in1 == folder.end();
}

class walker {
 public:
  walker(fs::path root, const limits& bounds) : root_(std::move(root)), bounds_(bounds) {}

  result<content_map> walk() {
    LEADSMAN_CHECK(walk_folder(root_, ""));
    return std::move(content_);
  }

 private:
  // `real` has no symbolic link in it; `name` is how the archive calls the folder.
  result<void> walk_folder(const fs::path& real, const std::string& name) {
    if (std::ranges::find(open_folders_, real) != open_folders_.end()) {
      return refuse(root_ / name, "is a symbolic link to a folder that contains it");
    }
    open_folders_.push_back(real);
    std::error_code failed;
    for (fs::directory_iterator at(real, failed), end; !failed && at != end; at.increment(failed)) {
      const std::string leaf = at->path().filename().string();
      if (leaf == ".git") continue;
      LEADSMAN_CHECK(add(at->path(), name.empty() ? leaf : name + "/" + leaf));
    }
    if (failed) return refuse(root_ / name, "cannot be listed: " + failed.message());
    open_folders_.pop_back();
    return {};
  }

  result<void> add(const fs::path& path, const std::string& name) {
    LEADSMAN_CHECK(check_path(name));
    if (++entries_ > bounds_.max_entries) {
      return fail(
          errc::too_large,
          "the folder has more than " + std::to_string(bounds_.max_entries) + " files; is it really a chart?",
          root_.string());
    }
    std::error_code failed;
    fs::path real = path;
    if (fs::is_symlink(fs::symlink_status(path, failed))) {
      real = fs::canonical(path, failed);
      if (failed) return refuse(path, "is a symbolic link to something that does not exist");
      if (!is_inside(real, root_)) return refuse(path, "is a symbolic link that leads out of the folder");
    }
    const fs::file_status status = fs::status(real, failed);
    if (fs::is_directory(status)) return walk_folder(real, name);
    if (fs::is_regular_file(status)) return read_file(real, content_[name]);
    return refuse(path, "is neither a file nor a folder");
  }

  result<void> read_file(const fs::path& path, file_content& file) {
    const descriptor in(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat info{};
    if (in.fd < 0 || ::fstat(in.fd, &info) != 0)
      return refuse(path, std::string("cannot be read: ") + std::strerror(errno));
    file.executable = (info.st_mode & 0100) != 0;
    char part[16384];
    ssize_t size = 0;
    while ((size = ::read(in.fd, part, sizeof part)) > 0) {
      file.data.append(part, static_cast<size_t>(size));
      total_ += static_cast<uint64_t>(size);
      if (file.data.size() > bounds_.max_entry_bytes || total_ > bounds_.max_total_bytes) {
        return fail(errc::too_large,
                    "the folder is too large for a chart at '" + printable(path.string()) +
                        "'; allowed are " + std::to_string(bounds_.max_entry_bytes >> 20) +
                        " MiB a file and " + std::to_string(bounds_.max_total_bytes >> 20) + " MiB in all",
                    path.string());
      }
    }
    if (size < 0) return refuse(path, std::string("cannot be read: ") + std::strerror(errno));
    return {};
  }

  fs::path root_;
  limits bounds_;
  content_map content_;
  std::vector<fs::path> open_folders_;
  size_t entries_ = 0;
  uint64_t total_ = 0;
};

std::unexpected<error> cannot_write(const fs::path& path, int why) {
  const bool full = why == ENOSPC || why == EDQUOT;
  return fail(full ? errc::unavailable : errc::internal, std::string("cannot write: ") + std::strerror(why), path.string());
}

result<void> write_file(const fs::path& path, const file_content& file) {
  std::error_code failed;
  fs::create_directories(path.parent_path(), failed);
  const descriptor out(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                              file.executable ? 0755 : 0644));
  if (out.fd < 0) return cannot_write(path, errno);
  for (std::string_view rest = file.data; !rest.empty();) {
    const ssize_t written = ::write(out.fd, rest.data(), rest.size());
    if (written < 0) return cannot_write(path, errno);
    rest.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

// Removes what was begun, unless it was released.
struct scaffold {
  fs::path path;
  ~scaffold() {
    std::error_code ignored;
    if (!path.empty()) fs::remove_all(path, ignored);
  }
};

}  // namespace

result<content_map> read_folder(const fs::path& folder, const limits& bounds) {
  std::error_code failed;
  const fs::path root = fs::canonical(folder, failed);
  if (failed) return refuse(folder, "does not exist");
  if (!fs::is_directory(root)) return refuse(folder, "is a file, expected is a folder");
  return walker(root, bounds).walk();
}

result<void> write_folder(const content_map& content, const fs::path& destination) {
  if (std::error_code ignored; fs::exists(fs::symlink_status(destination, ignored))) {
    return fail(errc::conflict, "already exists", destination.string());
  }
  scaffold temporary{destination.string() + ".part-" + sign::to_hex(sign::random_bytes(6))};
  std::error_code failed;
  fs::create_directories(temporary.path, failed);
  if (failed) return cannot_write(temporary.path, failed.value());
  for (const auto& [name, file] : content) LEADSMAN_CHECK(write_file(temporary.path / name, file));
  fs::rename(temporary.path, destination, failed);
  if (failed == std::errc::directory_not_empty || failed == std::errc::file_exists) {
    return fail(errc::conflict, "already exists", destination.string());
  }
  if (failed) return cannot_write(destination, failed.value());
  temporary.path.clear();
  return {};
}

}  // namespace leadsman::archive
