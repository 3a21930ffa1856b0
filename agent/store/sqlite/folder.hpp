#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "base/error.hpp"

namespace leadsman::store::sqlite {

// "NFS" for what statfs calls 0x6969; absent for file systems whose locks and fsync can be trusted.
std::optional<std::string_view> network_file_system(unsigned long magic);

// Makes the folder (0700, as are the parents it has to make; one that exists keeps its mode) and sees that it is local.
// Errors: invalid_input, unavailable.
result<void> prepare_folder(const std::filesystem::path& folder);

// Makes the file (0600), or takes the permission of others away. Never opens one that exists: closing it would give up
// the locks that this process holds on it.
result<void> prepare_file(const std::filesystem::path& file);

result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace leadsman::store::sqlite
