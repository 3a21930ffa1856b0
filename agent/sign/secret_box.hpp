#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace leadsman::sign {

// Encrypts blobs at rest (XSalsa20-Poly1305 with a random nonce): who has the database but not the key file
// learns nothing but lengths, and a changed blob does not open.
class secret_box {
 public:
  using key = std::array<unsigned char, 32>;

  explicit secret_box(const key& value) : key_(value) {}
  secret_box(const secret_box&) = default;
  secret_box& operator=(const secret_box&) = default;
  ~secret_box();

  // The key of the 32-byte file `path`, which is made with mode 0600 when absent. Two processes that start at
  // once get the same key. Errors: refused (others may read the file), invalid_input (not 32 bytes), internal
  // (cannot be read or written).
  static result<secret_box> load_or_create(const std::filesystem::path& path);

  std::string seal(std::string_view plaintext) const;
  // Errors: invalid_input (not a sealed blob, sealed with another key, or changed since).
  result<std::string> open(std::string_view sealed) const;

 private:
  key key_;
};

}  // namespace leadsman::sign
