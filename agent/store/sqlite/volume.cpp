#include "store/sqlite/volume.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "store/sqlite/folder.hpp"

namespace leadsman::store {

namespace fs = std::filesystem;

namespace {

constexpr const char* k_check = "volume";

std::string size_text(uint64_t bytes) {
  if (bytes >= 10ULL << 30) return fmt::format("{} GiB", bytes >> 30);
  return fmt::format("{} MiB", bytes >> 20);
}

fs::path nearest_there(fs::path folder) {
  std::error_code ignored;
  while (folder.has_parent_path() && folder != folder.parent_path() && !fs::exists(folder, ignored)) folder = folder.parent_path();
  return folder;
}

// A page and a half: an empty file needs no space.
int try_to_write(const fs::path& folder) {
  std::string name = (folder / ".leadsman-doctor-XXXXXX").string();
  const int file = ::mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) return errno;
  const std::string content(6000, 'x');
  const ssize_t written = ::write(file, content.data(), content.size());
  int failure = written < 0 ? errno : written != static_cast<ssize_t>(content.size()) ? ENOSPC
                                                                                      : 0;
  if (failure == 0 && ::fsync(file) != 0) failure = errno;
  ::close(file);
  ::unlink(name.c_str());
  return failure;
}

wire::check unfit(const volume_sight& v, const std::string& what, std::string mend) { return wire::wrong(k_check, v.folder + " " + what, std::move(mend)); }

wire::check judge_writing(const volume_sight& v) {
  const std::string why = std::strerror(v.write_failure);
  switch (v.write_failure) {
    case EROFS: return unfit(v, "is on a read-only file system", "mount it writable; a disk that became read-only by itself has errors: look at the kernel's log");
    case ENOSPC:
    case EDQUOT: return unfit(v, "is on a file system that is full", "free some space or enlarge the volume; nothing can be saved until then");
    case EACCES:
    case EPERM:
      return unfit(v, fmt::format("may not be written by us (user {}): it belongs to user {}, mode {:04o}", v.user, v.owner, v.mode & 07777),
                   fmt::format("give it to the agent: chown {} {}; in a pod, fsGroup does that", v.user, v.folder));
    default: return unfit(v, "cannot be written: " + why, "look at the disk and the kernel's log, or give the agent another folder");
  }
}

}  // namespace

volume_sight look_at_volume(const fs::path& folder) {
  const fs::path there = nearest_there(fs::absolute(folder));
  volume_sight seen;
  seen.folder = there.string();
  struct stat about{};
  struct statfs system{};
  struct statvfs space{};
  if (::stat(there.c_str(), &about) != 0 || ::statfs(there.c_str(), &system) != 0 || ::statvfs(there.c_str(), &space) != 0) {
    seen.failure = errno;
    return seen;
  }
  seen.is_folder = S_ISDIR(about.st_mode);
  seen.type = static_cast<unsigned long>(system.f_type);
  seen.bytes = space.f_blocks * space.f_frsize;
  seen.free_bytes = space.f_bavail * space.f_frsize;
  seen.files = space.f_files;
  seen.free_files = space.f_favail;
  seen.owner = about.st_uid;
  seen.user = ::geteuid();
  seen.mode = about.st_mode;
  if (seen.is_folder) seen.write_failure = try_to_write(there);
  return seen;
}

wire::check judge_volume(const volume_sight& v) {
  if (v.failure != 0) return unfit(v, std::string("cannot be looked at: ") + std::strerror(v.failure), "is the volume mounted, and may we enter the folder?");
  if (!v.is_folder) return unfit(v, "is not a folder; the agent keeps its state in one", "name another one, or move that file away");
  if (const auto name = sqlite::network_file_system(v.type)) {
    return unfit(v, fmt::format("is on {}, where locks and synced writes cannot be relied on", *name), "keep the agent's state on a local disk or a block volume");
  }
  if (v.write_failure != 0) return judge_writing(v);
  const std::string space = fmt::format("{} free of {}", size_text(v.free_bytes), size_text(v.bytes));
  if (v.files > 0 && v.free_files == 0) return unfit(v, "has no room for another file (inodes)", "remove files, or make the file system anew with more inodes");
  if (v.free_bytes < k_least_free) return unfit(v, "is nearly full: " + space, "free some space or enlarge the volume: a large chart does not fit any more");
  if ((v.mode & S_IWOTH) != 0 && (v.mode & S_ISVTX) == 0) {
    return unfit(v, fmt::format("may be written by everybody (mode {:04o})", v.mode & 07777), "chmod o-w " + v.folder);
  }
  if (v.free_bytes < k_little_free) return wire::doubtful(k_check, v.folder + " has little space left: " + space, "enlarge it before it is full, or keep less: retention in the agent's configuration");
  // A volume of Kubernetes belongs to root and, by fsGroup, to our group.
  if (v.owner != v.user && v.owner != 0) {
    return wire::doubtful(k_check, fmt::format("{} belongs to user {}, we are user {}; {}", v.folder, v.owner, v.user, space),
                          fmt::format("chown {} {}: what others own they can change", v.user, v.folder));
  }
  return wire::well(k_check, fmt::format("{}, {}", v.folder, space));
}

}  // namespace leadsman::store
