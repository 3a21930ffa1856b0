#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "wire/check.hpp"

namespace leadsman::store {

// What the system says about the folder where the agent keeps its state. Where the folder is not there yet, it is the
// nearest one above it that is told about.
struct volume_sight {
  std::string folder;
  int failure = 0;         // errno of looking at it; then nothing below is known
  bool is_folder = true;
  unsigned long type = 0;  // as statfs(2) has it
  uint64_t bytes = 0, free_bytes = 0;
  uint64_t files = 0, free_files = 0;  // inodes; 0 of 0: the file system does not count them
  uid_t owner = 0, user = 0;           // whose it is, and who we are
  mode_t mode = 0700;
  int write_failure = 0;  // errno of writing a file there
};

// Blocking: writes a small file, syncs and removes it.
volume_sight look_at_volume(const std::filesystem::path& folder);

// Whether it is fit to keep the state: the worst thing that is wrong with it. Pure.
wire::check judge_volume(const volume_sight& seen);

// A chart may have that much, and it is unpacked beside its archive.
inline constexpr uint64_t k_least_free = 64ULL << 20;
inline constexpr uint64_t k_little_free = 200ULL << 20;

}  // namespace leadsman::store
