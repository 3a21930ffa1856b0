#include "sign/secret_box.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "sign/bytes.hpp"
#include "sign/hash.hpp"

namespace leadsman::sign {

namespace {

constexpr char k_format = 1;  // first byte of a sealed blob, then the nonce, then the ciphertext
constexpr size_t k_overhead = 1 + crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;

std::unexpected<error> cannot(const char* verb, const std::filesystem::path& path) {
  return fail(errc::internal, std::string("cannot ") + verb + " the key file: " + std::strerror(errno),
              path.string());
}

struct file {
  int fd;
  explicit file(int opened) : fd(opened) {}
  file(const file&) = delete;
  file& operator=(const file&) = delete;
  ~file() {
    if (fd >= 0) ::close(fd);
  }
};

// Absent when there is no such file.
result<std::optional<secret_box::key>> read_key(const std::filesystem::path& path) {
  const file in(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.fd < 0 && errno == ENOENT) return std::nullopt;
  struct stat info{};
  if (in.fd < 0 || ::fstat(in.fd, &info) != 0) return cannot("read", path);
  if ((info.st_mode & 077) != 0) {
    return fail(errc::refused,
                "may be read or written by others than its owner; run 'chmod 600' on it, or remove it "
                "together with the data it protects if somebody may have read it",
                path.string());
  }
  secret_box::key key{};
  if (!S_ISREG(info.st_mode) || info.st_size != static_cast<off_t>(key.size()) ||
      ::read(in.fd, key.data(), key.size()) != static_cast<ssize_t>(key.size())) {
    return fail(errc::invalid_input, "is not a key file: expected exactly 32 bytes", path.string());
  }
  return key;
}

// Complete or absent, also when two processes do it at once: written aside, then linked, which never
// replaces.
result<void> create_key(const std::filesystem::path& path) {
  const std::string aside = path.string() + "." + to_hex(random_bytes(8));
  const file out(::open(aside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (out.fd < 0) return cannot("create", path);
  std::string key = random_bytes(sizeof(secret_box::key));
  bool done =
      ::write(out.fd, key.data(), key.size()) == static_cast<ssize_t>(key.size()) && ::fsync(out.fd) == 0;
  sodium_memzero(key.data(), key.size());
  done = done && (::link(aside.c_str(), path.c_str()) == 0 || errno == EEXIST);
  const int why = errno;
  ::unlink(aside.c_str());
  errno = why;
  if (!done) return cannot("write", path);
  return {};
}

}  // namespace

secret_box::~secret_box() {
  sodium_memzero(key_.data(), key_.size());
}

result<secret_box> secret_box::load_or_create(const std::filesystem::path& path) {
  LEADSMAN_TRY(std::optional<key> found, read_key(path));
  if (!found) {
    LEADSMAN_CHECK(create_key(path));
    LEADSMAN_TRY(found, read_key(path));
  }
  if (!found) return fail(errc::internal, "the key file vanished while it was made", path.string());
  secret_box box(*found);
  sodium_memzero(found->data(), found->size());
  return box;
}

std::string secret_box::seal(std::string_view plaintext) const {
  const std::string nonce = random_bytes(crypto_secretbox_NONCEBYTES);
  std::string sealed = k_format + nonce;
  sealed.resize(k_overhead + plaintext.size());
  crypto_secretbox_easy(raw(sealed) + 1 + nonce.size(), raw(plaintext), plaintext.size(), raw(nonce),
                        key_.data());
  return sealed;
}

result<std::string> secret_box::open(std::string_view sealed) const {
  if (sealed.size() < k_overhead || sealed.front() != k_format) {
    return fail(errc::invalid_input, "is not a blob that was sealed by Leadsman, or by a newer version");
  }
  const std::string_view nonce = sealed.substr(1, crypto_secretbox_NONCEBYTES);
  const std::string_view box = sealed.substr(1 + nonce.size());
  std::string plaintext(sealed.size() - k_overhead, '\0');
  if (crypto_secretbox_open_easy(raw(plaintext), raw(box), box.size(), raw(nonce), key_.data()) != 0) {
    return fail(errc::invalid_input, "cannot be opened: it was sealed with another key, or changed since");
  }
  return plaintext;
}

}  // namespace leadsman::sign
