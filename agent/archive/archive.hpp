#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "archive/content.hpp"

namespace leadsman::archive {

// SHA-256 (hex) of the canonical tar of what an archive holds. Errors: those of read_archive.
result<std::string> digest(std::string_view bytes, const limits& bounds = {});

// The same of a folder that was unpacked earlier: verified before use. Errors: those of read_folder.
result<std::string> digest_folder(const std::filesystem::path& folder, const limits& bounds = {});

// Unpacks to `destination`, which appears only when everything has been read, checked and, unless
// `expected_sha256` is empty, has the expected digest. Returns the digest. Errors: those of read_archive and
// write_folder; invalid_input when the digest is another one.
result<std::string> unpack(std::string_view bytes, const std::filesystem::path& destination,
                           std::string_view expected_sha256 = {}, const limits& bounds = {});

}  // namespace leadsman::archive
