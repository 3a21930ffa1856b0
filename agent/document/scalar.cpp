#include "document/scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace leadsman::document {

namespace {

using json = nlohmann::json;

template <size_t N>
bool among(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, text) != words.end();
}

constexpr std::array<std::string_view, 5> k_null{"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 11> k_true{"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"};
constexpr std::array<std::string_view, 11> k_false{"n", "N", "no", "No", "NO", "false",
                                                   "False", "FALSE", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 12> k_infinite{".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF",
                                                      "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN"};

template <class T>
bool parse_whole(std::string_view digits, int base, T& out) {
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), out, base);
  return !digits.empty() && ec == std::errc{} && end == digits.data() + digits.size();
}

// As Go's ParseInt with base 0, then ParseUint: a prefix chooses the base, and a leading zero means octal.
std::optional<json> parse_integer(std::string_view text) {
  std::string digits;
  if (text.starts_with('-')) digits = "-";
  const bool has_sign = text.starts_with('-') || text.starts_with('+');
  text.remove_prefix(has_sign ? 1 : 0);
  if (text.starts_with('-') || text.starts_with('+')) return std::nullopt;
  int base = 10;
  if (text.size() > 1 && text[0] == '0') {
    const char mark = static_cast<char>(text[1] | 0x20);  // lower case
    base = 8;
    if (mark == 'x') base = 16;
    if (mark == 'b') base = 2;
    text.remove_prefix(mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1);
    if (text.starts_with('-')) return std::nullopt;
  }
  digits += text;
  if (int64_t number = 0; parse_whole(digits, base, number)) return number;
  if (uint64_t large = 0; !has_sign && parse_whole(digits, base, large)) return large;
  return std::nullopt;
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool looks_like_float(std::string_view text) {
  size_t at = 0;
  const auto digits = [&] {
    const size_t from = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - from;
  };
  const auto one_of = [&](std::string_view any) {
    if (at >= text.size() || any.find(text[at]) == std::string_view::npos) return false;
    ++at;
    return true;
  };
  one_of("+-");
  const size_t before = digits();
  const bool point = one_of(".");
  const size_t after = point ? digits() : 0;
  if (before + after == 0) return false;
  if (one_of("eE")) {
    one_of("+-");
    if (digits() == 0) return false;
  }
  return at == text.size();
}

std::optional<json> parse_float(std::string_view text) {
  if (!looks_like_float(text)) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool too_small = ec == std::errc::result_out_of_range && text.find("e-") != std::string_view::npos;
  if (too_small) return json(0);
  if (ec != std::errc{}) return std::nullopt;  // 1e400 is text
  constexpr double k_exact = 9007199254740992;  // 2^53: whole numbers below it lose nothing
  if (number == std::trunc(number) && std::abs(number) <= k_exact) return json(static_cast<int64_t>(number));
  return json(number);
}

}  // namespace

std::optional<json> resolve_scalar(std::string_view text) {
  if (among(text, k_null)) return json(nullptr);
  if (among(text, k_true)) return json(true);
  if (among(text, k_false)) return json(false);
  if (among(text, k_infinite)) return std::nullopt;
  const char first = text.front();
  if (first == '.') return parse_float(text).value_or(json(text));
  if ((first < '0' || first > '9') && first != '-' && first != '+') return json(text);
  std::string plain(text);
  std::erase(plain, '_');
  if (auto number = parse_integer(plain)) return number;
  return parse_float(plain).value_or(json(text));
}

std::string resolve_key(const std::string& text) {
  const auto value = resolve_scalar(text);
  if (!value || value->is_null() || value->is_string()) return text;
  if (!value->is_number_float()) return value->dump();
  std::array<char, 40> buffer;  // as Go writes a 32-bit float; keys like this are rare and odd
  const auto [end, ec] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), static_cast<float>(value->get<double>()));
  return {buffer.data(), end};
}

}  // namespace leadsman::document
