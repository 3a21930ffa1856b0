#include "sign/key.hpp"

#include <sodium.h>

#include <algorithm>

#include "sign/bytes.hpp"
#include "sign/hash.hpp"

namespace leadsman::sign {

namespace {

constexpr std::string_view k_public_prefix = "ed25519:";
constexpr std::string_view k_secret_prefix = "ed25519-secret:";

template <size_t N>
std::string_view view(const std::array<unsigned char, N>& bytes, size_t count = N) {
  return {reinterpret_cast<const char*>(bytes.data()), count};
}

result<std::array<unsigned char, 32>> decode(std::string_view base64, std::string_view what) {
  auto bytes = from_base64(base64);
  if (!bytes)
    return fail(errc::invalid_input,
                "is not a " + std::string(what) + ": what follows the ':' is not base64");
  std::array<unsigned char, 32> key{};
  const size_t size = bytes->size();
  if (size == key.size()) std::ranges::copy(*bytes, key.begin());
  sodium_memzero(bytes->data(), bytes->size());
  if (size == key.size()) return key;
  return fail(errc::invalid_input, "is not a " + std::string(what) + ": it has " + std::to_string(size) +
                                       " bytes, expected are 32");
}

}  // namespace

result<public_key> public_key::parse(std::string_view text) {
  if (text.starts_with(k_secret_prefix)) {
    return fail(errc::invalid_input,
                "is a private key, expected is the public one ('ed25519:…'); "
                "if it was stored where others can read it, make a new one");
  }
  if (!text.starts_with(k_public_prefix)) {
    return fail(errc::invalid_input, "is not a public key; expected 'ed25519:' and 32 bytes in base64");
  }
  LEADSMAN_TRY(const bytes key, decode(text.substr(k_public_prefix.size()), "public key"));
  return public_key(key);
}

std::string public_key::text() const {
  return std::string(k_public_prefix) + to_base64(view(raw_));
}

std::string public_key::id() const {
  return sha256_hex(view(raw_)).substr(0, 16);
}

bool public_key::verify(std::string_view message, std::string_view signature) const {
  return signature.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(raw(signature), raw(message), message.size(), raw_.data()) == 0;
}

private_key private_key::generate() {
  std::string random = random_bytes(32);
  seed value;
  std::ranges::copy(random, value.begin());
  private_key key = from_seed(value);
  sodium_memzero(random.data(), random.size());
  sodium_memzero(value.data(), value.size());
  return key;
}

private_key private_key::from_seed(const seed& value) {
  private_key key;
  public_key::bytes open;
  crypto_sign_seed_keypair(open.data(), key.raw_.data(), value.data());
  return key;
}

result<private_key> private_key::parse(std::string_view text) {
  if (text.starts_with(k_public_prefix)) {
    return fail(errc::invalid_input, "is a public key, expected is the private one ('ed25519-secret:…')");
  }
  if (!text.starts_with(k_secret_prefix)) {
    return fail(errc::invalid_input,
                "is not a private key; expected 'ed25519-secret:' and 32 bytes in base64");
  }
  LEADSMAN_TRY(seed value, decode(text.substr(k_secret_prefix.size()), "private key"));
  private_key key = from_seed(value);
  sodium_memzero(value.data(), value.size());
  return key;
}

private_key::~private_key() {
  sodium_memzero(raw_.data(), raw_.size());
}

public_key private_key::public_part() const {
  public_key::bytes open;
  std::copy(raw_.begin() + 32, raw_.end(), open.begin());
  return public_key(open);
}

std::string private_key::text() const {
  return std::string(k_secret_prefix) + to_base64(view(raw_, 32));
}

std::string private_key::sign(std::string_view message) const {
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr, raw(message),
                       message.size(), raw_.data());
  return signature;
}

key_pair make_key_pair() {
  private_key secret = private_key::generate();
  const public_key open = secret.public_part();
  return {std::move(secret), open};
}

}  // namespace leadsman::sign
