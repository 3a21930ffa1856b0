#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "sign/hash.hpp"

namespace leadsman::archive {

namespace fs = std::filesystem;

// A temporary folder that goes with the test.
class temporary_folder {
 public:
  temporary_folder()
      : path(fs::canonical(fs::temp_directory_path()) /
             ("leadsman-archive-" + sign::to_hex(sign::random_bytes(6)))) {
    fs::create_directories(path);
  }
  ~temporary_folder() { fs::remove_all(path); }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  fs::path write(const std::string& name, std::string_view content) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name, std::ios::binary) << content;
    return path / name;
  }

  std::string read(const std::string& name) const {
    std::ifstream in(path / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  const fs::path path;
};

inline std::string chart_yaml(const std::string& name, const std::string& more = "") {
  return "apiVersion: v2\nname: " + name + "\nversion: 1.2.3\n" + more;
}

// Archives that no honest packer makes, written by libarchive.
class hostile_archive {
 public:
  hostile_archive() : out_(archive_write_new()), bytes_(size_t{4} << 20, '\0') {
    archive_write_add_filter_gzip(out_);
    archive_write_set_format_gnutar(out_);
    archive_write_open_memory(out_, bytes_.data(), bytes_.size(), &used_);
  }

  hostile_archive& add(const char* name, std::string_view data = "x", mode_t type = AE_IFREG) {
    return write(name, data, [&](archive_entry* entry) { archive_entry_set_filetype(entry, type); });
  }
  hostile_archive& add_symlink(const char* name, const char* target) {
    return write(name, "", [&](archive_entry* entry) {
      archive_entry_set_filetype(entry, AE_IFLNK);
      archive_entry_set_symlink(entry, target);
    });
  }
  hostile_archive& add_hardlink(const char* name, const char* target) {
    return write(name, "", [&](archive_entry* entry) {
      archive_entry_set_filetype(entry, AE_IFREG);
      archive_entry_set_hardlink(entry, target);
    });
  }

  std::string bytes() {
    archive_write_close(out_);
    archive_write_free(out_);
    return bytes_.substr(0, used_);
  }

 private:
  template <class Shape>
  hostile_archive& write(const char* name, std::string_view data, Shape shape) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, static_cast<la_int64_t>(data.size()));
    shape(entry);
    archive_write_header(out_, entry);
    archive_write_data(out_, data.data(), data.size());
    archive_entry_free(entry);
    return *this;
  }

  struct archive* out_;
  std::string bytes_;
  size_t used_ = 0;
};

}  // namespace leadsman::archive
