#pragma once

#include <sodium/crypto_hash_sha256.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace leadsman::sign {

std::string sha256(std::string_view data);      // 32 bytes
std::string sha256_hex(std::string_view data);  // 64 lower-case digits

// SHA-256 of data that comes in pieces. finish() ends it.
class sha256_hasher {
 public:
  sha256_hasher();
  void update(std::string_view data);
  std::string finish();
  std::string finish_hex();

 private:
  crypto_hash_sha256_state state_;
};

std::string to_hex(std::string_view bytes);
std::string to_base64(std::string_view bytes);     // with padding
std::string to_base64url(std::string_view bytes);  // without padding, for tokens

// Absent when the text is anything but strict hex or padded base64.
std::optional<std::string> from_hex(std::string_view text);
std::optional<std::string> from_base64(std::string_view text);

// Takes the same time wherever the difference is; texts of different length are never equal.
bool equal_constant_time(std::string_view a, std::string_view b);

std::string random_bytes(size_t count);  // cryptographically secure

}  // namespace leadsman::sign
