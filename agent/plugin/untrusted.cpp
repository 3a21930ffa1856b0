#include "plugin/untrusted.hpp"

#include "base/text.hpp"

namespace leadsman::plugin {

namespace {

constexpr size_t k_quoted = 120;

}  // namespace

std::string untrusted(std::string_view text, size_t limit) {
  // Cut first: it may be megabytes. What JSON can say is whole UTF-8; the quotes are taken off again.
  const std::string whole = to_text(truncate(text, limit));
  std::string out = nlohmann::json::parse(whole).get<std::string>();
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return out;
}

std::string in_quotes(std::string_view text) { return "'" + untrusted(text, k_quoted) + "'"; }

std::string to_text(const nlohmann::json& value) { return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace); }

}  // namespace leadsman::plugin
