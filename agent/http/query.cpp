#include "http/query.hpp"

#include <charconv>
#include <vector>

#include "base/text.hpp"

namespace leadsman::http {

namespace {

std::optional<unsigned char> parse_hex(std::string_view digits) {
  unsigned char byte = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
  if (digits.size() != 2 || failure != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return byte;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = static_cast<unsigned char>(text[i]);
    if (byte == '%') {
      const auto decoded = parse_hex(text.substr(i + 1, 2));
      if (!decoded) return std::nullopt;
      byte = *decoded;
      i += 2;
    }
    if (byte < 0x20 || byte == 0x7F) return std::nullopt;
    out += static_cast<char>(byte);
  }
  return out;
}

std::optional<uint64_t> parse_number(std::string_view text) {
  uint64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

query_reader::query_reader(std::string_view query) {
  if (query.empty()) return;
  for (const std::string_view pair : split(query, '&')) {
    const size_t equals = pair.find('=');
    const auto key = percent_decode(pair.substr(0, equals));
    const auto value = percent_decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1));
    if (!key || !value) reject("query", "'" + truncate(pair, 80) + "' is not percent-encoded text");
    else if (!values_.emplace(*key, *value).second) reject(truncate(*key, 60), "is given twice");
  }
}

const std::string* query_reader::find(std::string_view key) {
  known_.emplace(key);
  const auto at = values_.find(key);
  return at == values_.end() ? nullptr : &at->second;
}

void query_reader::reject(std::string_view key, std::string message) {
  if (!first_error_) first_error_ = error{errc::invalid_input, std::move(message), std::string(key)};
}

std::string query_reader::text(std::string_view key, std::string_view fallback) {
  const std::string* value = find(key);
  return value ? *value : std::string(fallback);
}

uint64_t query_reader::number(std::string_view key, uint64_t fallback, uint64_t least, uint64_t most) {
  const std::string* value = find(key);
  if (!value) return fallback;
  const auto number = parse_number(*value);
  if (number && *number >= least && *number <= most) return *number;
  reject(key, "'" + truncate(*value, 40) + "' is not allowed; expected a whole number from " + std::to_string(least) +
                  " to " + std::to_string(most));
  return fallback;
}

result<void> query_reader::finish() {
  for (const auto& [key, value] : values_) {
    if (known_.contains(key)) continue;
    const std::vector<std::string> known(known_.begin(), known_.end());
    const auto meant = nearest(key, known);
    reject(truncate(key, 60), "unknown query parameter; " + (meant    ? "did you mean '" + *meant + "'?"
                                                             : known.empty() ? "there are none here"
                                                                             : "known here: " + join(known, ", ")));
  }
  if (first_error_) return fail(*first_error_);
  return {};
}

}  // namespace leadsman::http
