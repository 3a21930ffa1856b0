#include <zlib.h>

#include <cstdio>
#include <cstring>
#include <functional>

#include "archive/content.hpp"
#include "sign/hash.hpp"

// The canonical tar is written here byte by byte, not by libarchive: digests of one version have to be those
// of the next.
namespace leadsman::archive {

namespace {

constexpr size_t k_block = 512;
constexpr size_t k_name_size = 100;

struct ustar_header {
  char name[k_name_size];
  char mode[8];
  char uid[8];
  char gid[8];
  char size[12];
  char mtime[12];
  char checksum[8];
  char type;
  char link_name[100];
  char magic[6];
  char version[2];
  char user[32];
  char group[32];
  char device_major[8];
  char device_minor[8];
  char prefix[155];
  char padding[12];
};
static_assert(sizeof(ustar_header) == k_block);

using sink = std::function<void(std::string_view)>;

template <size_t N>
void put_octal(char (&field)[N], unsigned long long value) {
  std::snprintf(field, N, "%0*llo", static_cast<int>(N - 1), value);
}

void write_header(const sink& out, std::string_view name, size_t size, bool executable, char type) {
  ustar_header header{};
  std::memcpy(header.name, name.data(), std::min(name.size(), k_name_size));
  put_octal(header.mode, executable ? 0755 : 0644);
  put_octal(header.uid, 0);
  put_octal(header.gid, 0);
  put_octal(header.size, size);
  put_octal(header.mtime, 0);
  header.type = type;
  std::memcpy(header.magic, "ustar", 6);
  std::memcpy(header.version, "00", 2);
  put_octal(header.device_major, 0);
  put_octal(header.device_minor, 0);
  std::memset(header.checksum, ' ', sizeof header.checksum);
  unsigned sum = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(&header);
  for (size_t i = 0; i < k_block; ++i) sum += bytes[i];
  std::snprintf(header.checksum, sizeof header.checksum, "%06o", sum);
  out({reinterpret_cast<const char*>(&header), k_block});
}

void write_data(const sink& out, std::string_view data) {
  static constexpr char k_zeros[k_block]{};
  out(data);
  if (const size_t rest = data.size() % k_block) out({k_zeros, k_block - rest});
}

// "<length> path=<name>\n", the length counting itself.
std::string pax_path(std::string_view name) {
  const size_t without_length = std::strlen(" path=\n") + name.size();
  size_t length = without_length + 1;
  while (std::to_string(length).size() + without_length != length) ++length;
  return std::to_string(length) + " path=" + std::string(name) + "\n";
}

void write_content(const sink& out, const content_map& content) {
  for (const auto& [name, file] : content) {
    if (name.size() > k_name_size) {
      const std::string extended = pax_path(name);
      write_header(out, "pax", extended.size(), false, 'x');
      write_data(out, extended);
    }
    write_header(out, name, file.data.size(), file.executable, '0');
    write_data(out, file.data);
  }
  const std::string end(2 * k_block, '\0');
  out(end);
}

}  // namespace

std::string write_tar(const content_map& content) {
  std::string tar;
  write_content([&](std::string_view part) { tar += part; }, content);
  return tar;
}

std::string digest_of(const content_map& content) {
  sign::sha256_hasher hasher;
  write_content([&](std::string_view part) { hasher.update(part); }, content);
  return hasher.finish_hex();
}

std::string compress(std::string_view data) {
  constexpr int k_gzip = 15 + 16;
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, k_gzip, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, data.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);  // ends at once: the output has room for the worst case
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace leadsman::archive
