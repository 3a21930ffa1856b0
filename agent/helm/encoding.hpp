#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace leadsman::helm {

// The layers of a release Secret, and digests. Pure.

std::string base64_encode(std::string_view bytes);
result<std::string> base64_decode(std::string_view text);  // standard alphabet, padded. Errors: invalid_input

std::string gzip(std::string_view bytes);
// Errors: invalid_input (not gzip, or broken), too_large (unpacks to more than `limit`).
result<std::string> gunzip(std::string_view bytes, size_t limit);

std::string sha256_hex(std::string_view bytes);
// Errors: not_found, unavailable (unreadable).
result<std::string> sha256_hex_of_file(const std::string& path);

}  // namespace leadsman::helm
