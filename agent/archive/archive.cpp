#include "archive/archive.hpp"

#include "archive/folder.hpp"

namespace leadsman::archive {

result<std::string> digest(std::string_view bytes, const limits& bounds) {
  LEADSMAN_TRY(const content_map content, read_archive(bytes, bounds));
  return digest_of(content);
}

result<std::string> digest_folder(const std::filesystem::path& folder, const limits& bounds) {
  LEADSMAN_TRY(const content_map content, read_folder(folder, bounds));
  return digest_of(content);
}

result<std::string> unpack(std::string_view bytes, const std::filesystem::path& destination,
                           std::string_view expected_sha256, const limits& bounds) {
  LEADSMAN_TRY(const content_map content, read_archive(bytes, bounds));
  std::string sha256 = digest_of(content);
  if (!expected_sha256.empty() && sha256 != expected_sha256) {
    return fail(errc::invalid_input,
                "the archive is not the one that was announced: expected is the SHA-256 " +
                    printable(expected_sha256) + ", its content has " + sha256,
                "digest");
  }
  LEADSMAN_CHECK(write_folder(content, destination));
  return sha256;
}

}  // namespace leadsman::archive
