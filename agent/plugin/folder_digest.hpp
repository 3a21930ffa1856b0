#pragma once

#include <filesystem>
#include <string>

#include "base/error.hpp"

namespace leadsman::plugin {

// What a plugin's whole folder is, in 64 hexadecimal digits: the SHA-256 of a listing with one line for each file,
// "<SHA-256 of its content> <x when its owner may execute it, else -> <path>\n", in the order of the paths' bytes. Empty
// folders do not count. Reads everything: not for the agent's own thread. Errors: not_found (no such folder), invalid_input
// (a symbolic link, a device, a path with control characters, an unreadable file), too_large (10,000 files, 512 MiB).
result<std::string> folder_digest(const std::filesystem::path& folder);

}  // namespace leadsman::plugin
