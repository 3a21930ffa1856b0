#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace leadsman::sign {

// An Ed25519 public key. Its text form is "ed25519:<base64>", its id the first 16 hex digits of its SHA-256.
class public_key {
 public:
  using bytes = std::array<unsigned char, 32>;

  explicit public_key(const bytes& raw) : raw_(raw) {}
  // Errors: invalid_input, saying what is wrong with the text without repeating it.
  static result<public_key> parse(std::string_view text);

  std::string text() const;
  std::string id() const;
  bool verify(std::string_view message, std::string_view signature) const;

  friend bool operator==(const public_key&, const public_key&) = default;

 private:
  bytes raw_;
};

// An Ed25519 private key. Its text form is "ed25519-secret:<base64>". The memory of every copy is zeroed when
// it ends; what text() returns is the caller's to protect.
class private_key {
 public:
  using seed = std::array<unsigned char, 32>;

  static private_key generate();
  static private_key from_seed(const seed& value);
  // Errors: invalid_input, without repeating the text. A public key in its place is named as such.
  static result<private_key> parse(std::string_view text);

  private_key(const private_key&) = default;
  private_key& operator=(const private_key&) = default;
  ~private_key();

  public_key public_part() const;
  std::string text() const;
  std::string sign(std::string_view message) const;  // 64 bytes

 private:
  private_key() = default;
  std::array<unsigned char, 64> raw_{};  // seed, then public key
};

struct key_pair {
  private_key secret;
  public_key open;
};

key_pair make_key_pair();

}  // namespace leadsman::sign
