#include "kube/line_splitter.hpp"

#include <utility>

namespace leadsman::kube {

std::vector<std::string> line_splitter::feed(std::string_view chunk) {
  std::vector<std::string> lines;
  while (!chunk.empty()) {
    const size_t end = chunk.find('\n');
    line_ += chunk.substr(0, end);
    if (end == std::string_view::npos) {
      if (line_.size() >= limit_) lines.push_back(std::exchange(line_, {}));
      break;
    }
    chunk.remove_prefix(end + 1);
    if (line_.ends_with('\r')) line_.pop_back();
    lines.push_back(std::exchange(line_, {}));
  }
  return lines;
}

std::vector<std::string> line_splitter::finish() {
  if (line_.empty()) return {};
  return {std::exchange(line_, {})};
}

namespace {

// The length of the well-formed sequence at the front (RFC 3629); 0 when there is none.
size_t sequence_length(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto follows = [&](size_t i, unsigned least = 0x80, unsigned most = 0xBF) { return byte(i) >= least && byte(i) <= most; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool second = follows(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
    return second && follows(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool second = follows(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
    return second && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string valid_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const size_t length = sequence_length(bytes);
    if (length == 0) text += "\xEF\xBF\xBD";
    else text += bytes.substr(0, length);
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return text;
}

}  // namespace leadsman::kube
