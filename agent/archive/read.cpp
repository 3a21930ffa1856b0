#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <optional>

#include "archive/content.hpp"

namespace leadsman::archive {

namespace {

using reader = std::unique_ptr<struct archive, decltype(&archive_read_free)>;

std::string in_mebibytes(uint64_t bytes) {
  return bytes >= 1 << 20 ? std::to_string(bytes >> 20) + " MiB" : std::to_string(bytes) + " bytes";
}

std::unexpected<error> damaged(const reader& in) {
  const char* why = archive_error_string(in.get());
  return fail(errc::invalid_input,
              "the archive is damaged or not a gzipped tar: " + printable(why ? why : "unknown format"));
}

class collector {
 public:
  collector(const reader& in, const limits& bounds) : in_(in), bounds_(bounds) {}

  result<content_map> collect() {
    for (;;) {
      archive_entry* entry = nullptr;
      const int code = archive_read_next_header(in_.get(), &entry);
      if (code == ARCHIVE_EOF) return check_folders();
      if (code != ARCHIVE_OK) return damaged(in_);
      LEADSMAN_CHECK(add(entry));
    }
  }

 private:
  result<void> add(archive_entry* entry) {
    if (++entries_ > bounds_.max_entries) {
      return fail(errc::too_large,
                  "the archive has more than " + std::to_string(bounds_.max_entries) + " entries");
    }
    const char* raw_name = archive_entry_pathname(entry);
    std::string name = raw_name ? raw_name : "";
    const bool folder = archive_entry_filetype(entry) == AE_IFDIR;
    if (folder && name.ends_with('/')) name.pop_back();
    if (name.starts_with("./")) name.erase(0, 2);
    if (folder && (name.empty() || name == ".")) return {};  // "tar -C chart ." begins with it
    LEADSMAN_CHECK(check_path(name));
    LEADSMAN_CHECK(check_type(entry, name));
    if (folder) return {};
    const auto [at, added] = content_.try_emplace(name);
    if (!added)
      return fail(errc::invalid_input, "the archive has '" + printable(name) + "' twice", printable(name));
    at->second.executable = (archive_entry_perm(entry) & 0100) != 0;
    return read_data(name, at->second.data);
  }

  static result<void> check_type(archive_entry* entry, const std::string& name) {
    const char* what = nullptr;
    if (archive_entry_hardlink(entry))
      what = "a hard link";
    else if (archive_entry_symlink(entry) || archive_entry_filetype(entry) == AE_IFLNK)
      what = "a symbolic link";
    else if (archive_entry_filetype(entry) == AE_IFBLK || archive_entry_filetype(entry) == AE_IFCHR)
      what = "a device";
    else if (archive_entry_filetype(entry) == AE_IFIFO)
      what = "a named pipe";
    else if (archive_entry_filetype(entry) != AE_IFREG && archive_entry_filetype(entry) != AE_IFDIR)
      what = "of an unknown kind";
    if (!what) return {};
    return fail(
        errc::invalid_input,
        "'" + printable(name) + "' in the archive is " + what + "; only files and folders are allowed",
        printable(name));
  }

  // The sizes that headers announce are not believed: what counts is what comes.
  result<void> read_data(const std::string& name, std::string& data) {
    for (;;) {
      const void* part = nullptr;
      size_t size = 0;
      la_int64_t offset = 0;
      const int code = archive_read_data_block(in_.get(), &part, &size, &offset);
      if (code == ARCHIVE_EOF) return {};
      if (code != ARCHIVE_OK) return damaged(in_);
      if (offset < 0 || static_cast<uint64_t>(offset) != data.size()) {
        return fail(errc::invalid_input,
                    "'" + printable(name) + "' in the archive is a sparse file; only plain ones are allowed",
                    printable(name));
      }
      total_ += size;
      if (data.size() + size > bounds_.max_entry_bytes) {
        return fail(errc::too_large,
                    "'" + printable(name) + "' in the archive is larger than " +
                        in_mebibytes(bounds_.max_entry_bytes),
                    printable(name));
      }
      if (total_ > bounds_.max_total_bytes) {
        return fail(errc::too_large,
                    "the archive unpacks to more than " + in_mebibytes(bounds_.max_total_bytes));
      }
      data.append(static_cast<const char*>(part), size);
    }
  }

  result<content_map> check_folders() {
    for (const auto& [name, file] : content_) {
      for (size_t slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1)) {
        if (!content_.contains(name.substr(0, slash))) continue;
        return fail(errc::invalid_input,
                    "the archive has '" + printable(name.substr(0, slash)) + "' as a file and as a folder",
                    printable(name));
      }
    }
    return std::move(content_);
  }

  const reader& in_;
  limits bounds_;
  content_map content_;
  size_t entries_ = 0;
  uint64_t total_ = 0;
};

}  // namespace

result<content_map> read_archive(std::string_view bytes, const limits& bounds) {
  const reader in(archive_read_new(), archive_read_free);
  archive_read_support_filter_gzip(in.get());
  archive_read_support_format_tar(in.get());
  archive_read_set_options(in.get(),
                           "hdrcharset=BINARY");  // names stay the bytes that they are, in every locale
  if (archive_read_open_memory(in.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) return damaged(in);
  return collector(in, bounds).collect();
}

}  // namespace leadsman::archive
