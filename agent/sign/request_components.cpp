#include "sign/request_components.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace leadsman::sign {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

// The scheme is not part of the message, so the default port of either is dropped.
std::string normal_authority(std::string_view authority) {
  std::string text = lower_case(authority);
  for (const std::string_view port : {":443", ":80"}) {
    if (text.ends_with(port)) return text.substr(0, text.size() - port.size());
  }
  return text;
}

}  // namespace

std::optional<std::string> header_value(const header_list& headers, std::string_view name) {
  std::optional<std::string> joined;
  for (const header& h : headers) {
    if (!std::ranges::equal(h.name, name, {}, lower, lower)) continue;
    joined = joined ? *joined + ", " : "";
    *joined += trim(h.value);
  }
  return joined;
}

std::optional<std::string> component_value(std::string_view name, const request_parts& parts,
                                           const header_list& headers) {
  if (name == "@method") return parts.method;
  if (name == "@authority") return normal_authority(parts.authority);
  if (name == "@path") return parts.path.empty() ? "/" : parts.path;
  if (name == "@query") return "?" + parts.query;
  if (name.starts_with('@')) return std::nullopt;
  return header_value(headers, name);
}

}  // namespace leadsman::sign
