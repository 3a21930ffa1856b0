#include "store/sqlite/folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>

#include "store/sqlite/failure.hpp"

namespace leadsman::store::sqlite {

namespace {

namespace fs = std::filesystem;

struct file_system {
  unsigned long magic;
  std::string_view name;
};
// As in statfs(2). FUSE may be local, but nothing says so.
constexpr file_system k_network_file_systems[]{
    {0x6969, "NFS"},       {0x517b, "SMB"},      {0xff534d42, "CIFS"},  {0xfe534d42, "SMB2"},   {0x65735546, "FUSE"},
    {0x00c36400, "Ceph"},  {0x0bd00bd0, "Lustre"}, {0x5346414f, "AFS"},   {0x6b414653, "AFS"},    {0x01021997, "9P"},
    {0x73757245, "Coda"},  {0x564c, "NCP"},      {0x7461636f, "OCFS2"}, {0x01161970, "GFS2"},   {0x47504653, "GPFS"},
};

result<void> make_folder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return fail(failure_of(errno, fmt::format("make the folder {}", folder.string())));
}

}  // namespace

std::optional<std::string_view> network_file_system(unsigned long magic) {
  for (const auto& known : k_network_file_systems) {
    if (known.magic == (magic & 0xffffffff)) return known.name;
  }
  return std::nullopt;
}

result<void> prepare_folder(const fs::path& folder) {
  fs::path so_far;
  for (const fs::path& part : folder) {
    so_far /= part;
    std::error_code ignored;
    if (!fs::exists(so_far, ignored)) LEADSMAN_CHECK(make_folder(so_far));
  }
  std::error_code failure;
  if (!fs::is_directory(folder, failure)) {
    return fail(errc::invalid_input,
                fmt::format("{} is not a folder; the agent keeps its state in one", folder.string()));
  }
  struct statfs about {};
  if (::statfs(folder.c_str(), &about) != 0) {
    return fail(failure_of(errno, fmt::format("look at the folder {}", folder.string())));
  }
  if (const auto name = network_file_system(static_cast<unsigned long>(about.f_type))) {
    return fail(errc::invalid_input,
                fmt::format("{} is on {}, where locks and synced writes cannot be relied on; keep the agent's state on "
                            "a local disk or a block volume",
                            folder.string(), *name));
  }
  return {};
}

result<void> prepare_file(const fs::path& file) {
  const int made = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (made >= 0) {
    ::close(made);
    return sync_folder(file.parent_path());
  }
  if (errno != EEXIST) return fail(failure_of(errno, fmt::format("make the file {}", file.string())));
  struct stat about {};
  if (::lstat(file.c_str(), &about) != 0) return fail(failure_of(errno, fmt::format("look at {}", file.string())));
  if (!S_ISREG(about.st_mode)) return fail(errc::invalid_input, fmt::format("{} is not a plain file", file.string()));
  if ((about.st_mode & 0077) != 0 && ::chmod(file.c_str(), 0600) != 0) {
    return fail(failure_of(errno, fmt::format("make {} private", file.string())));
  }
  return {};
}

result<void> sync_folder(const fs::path& folder) {
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return fail(failure_of(errno, fmt::format("open the folder {}", folder.string())));
  const int failed = ::fsync(opened) == 0 ? 0 : errno;
  ::close(opened);
  if (failed != 0) return fail(failure_of(failed, fmt::format("sync the folder {}", folder.string())));
  return {};
}

}  // namespace leadsman::store::sqlite
