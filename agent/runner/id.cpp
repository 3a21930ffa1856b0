#include "runner/id.hpp"

#include "sign/hash.hpp"

namespace leadsman::runner {

std::string make_id(wall_time at) {
  std::string bytes = sign::random_bytes(16);
  const auto ms = static_cast<uint64_t>(at.time_since_epoch().count());
  for (size_t i = 0; i < 6; ++i) bytes[i] = static_cast<char>(ms >> (40 - 8 * i));
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x70);
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
  std::string id = sign::to_hex(bytes);
  for (const size_t at_index : {8, 13, 18, 23}) id.insert(at_index, 1, '-');
  return id;
}

}  // namespace leadsman::runner
