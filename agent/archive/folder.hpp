#pragma once

#include <filesystem>
#include <string>

#include "archive/content.hpp"

namespace leadsman::archive {

// All regular files below `folder` except what is called .git. Symbolic links are followed while they stay
// inside the folder. Errors: invalid_input (not a folder, a link that leads out or in a circle or nowhere, a
// socket or device, an unreadable file), too_large.
result<content_map> read_folder(const std::filesystem::path& folder, const limits& bounds = {});

// Makes `destination`, which must not exist; it appears complete or not at all. Errors: conflict (it exists),
// internal.
result<void> write_folder(const content_map& content, const std::filesystem::path& destination);

}  // namespace leadsman::archive
