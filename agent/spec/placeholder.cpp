#include "spec/placeholder.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace leadsman::spec {

namespace {

constexpr std::string_view k_environment = "{environment}";

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

bool is_environment_name(std::string_view name) {
  return !name.empty() && name.size() <= 100 && is_alphanumeric(name.front()) && name.back() != ' ' &&
         std::ranges::all_of(
             name, [](char c) { return is_alphanumeric(c) || c == ' ' || c == '-' || c == '_' || c == '.'; });
}

bool has_placeholder(std::string_view text) {
  return text.find(k_environment) != std::string_view::npos;
}

result<void> check_placeholder(std::string_view text) {
  for (size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
    const size_t close = text.find('}', open);
    if (close == std::string_view::npos) return {};
    const std::string_view word = text.substr(open, close - open + 1);
    if (word == k_environment) continue;
    return fail(errc::invalid_input,
                "has the unknown placeholder '" + truncate(word, 60) + "'; known is {environment}");
  }
  return {};
}

result<std::string> fill_placeholder(std::string_view text, std::string_view environment) {
  LEADSMAN_CHECK(check_placeholder(text));
  std::string out(text);
  for (size_t at = out.find(k_environment); at != std::string::npos;
       at = out.find(k_environment, at + environment.size())) {
    if (environment.empty())
      return fail(errc::invalid_input, "'" + truncate(text, 80) + "' needs an environment; say which");
    out.replace(at, k_environment.size(), environment);
  }
  return out;
}

}  // namespace leadsman::spec
