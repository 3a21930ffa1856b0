#include "action/input/text_or_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/text.hpp"

namespace leadsman::action {

result<std::string> read_file(const std::string& path, std::string_view what, size_t limit) {
  const std::string field(what);
  std::error_code failure;
  if (!std::filesystem::exists(path, failure)) return fail(errc::invalid_input, "there is no file '" + truncate(path, 300) + "'", field);
  if (std::filesystem::is_directory(path, failure)) return fail(errc::invalid_input, "'" + path + "' is a folder; a file is expected", field);
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(errc::invalid_input, "'" + path + "' cannot be read: " + std::strerror(errno), field);
  std::string text;
  char piece[16 * 1024];
  while (in.read(piece, sizeof piece), in.gcount() > 0) {
    text.append(piece, static_cast<size_t>(in.gcount()));
    if (text.size() > limit) return fail(errc::too_large, "'" + path + "' is larger than " + std::to_string(limit >> 20) + " MiB", field);
  }
  return text;
}

result<std::string> text_or_file(const std::string& given, std::string_view mark, std::string_view what) {
  if (given.find(mark) != std::string::npos) return given;
  // Something with several lines is no path, and may be a secret: it is not repeated.
  if (given.find('\n') != std::string::npos || given.size() > 4096) {
    return fail(errc::invalid_input, "is neither a file nor a text with '" + std::string(mark) + "'", std::string(what));
  }
  return read_file(given, what);
}

}  // namespace leadsman::action
