#include "net/message.hpp"

#include <algorithm>
#include <array>
#include <ctime>

namespace leadsman::net {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_header_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F); });
}

bool is_target(std::string_view text) {
  return text.starts_with('/') && std::ranges::all_of(text, [](char c) {
           return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7F && c != '#';
         });
}

}  // namespace

std::string_view find_header(const header_list& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (same_name(key, name)) return value;
  }
  return {};
}

std::string_view response::header(std::string_view name) const { return find_header(headers, name); }

std::optional<wall_time> date_of(const header_list& headers) {
  const std::string text(find_header(headers, "Date"));
  std::tm parts{};
  const char* const end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (!end || *end != '\0') return std::nullopt;
  return wall_time(std::chrono::seconds(timegm(&parts)));
}

std::string percent_encode(std::string_view text) {
  static constexpr char k_digits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
                            c == '_' || c == '~';
    if (unreserved) encoded += c;
    else encoded += {'%', k_digits[byte >> 4], k_digits[byte & 15]};
  }
  return encoded;
}

bool is_repeatable(const request& r) {
  static constexpr std::array<std::string_view, 5> k_idempotent{"GET", "HEAD", "PUT", "DELETE", "OPTIONS"};
  return r.repeatable.value_or(std::ranges::find(k_idempotent, r.method) != k_idempotent.end());
}

result<std::string> serialize_head(const request& r, const endpoint& at) {
  if (!is_token(r.method)) return fail(errc::invalid_input, "the request's method is not a word");
  const std::string target = at.base_path + r.target;
  if (!r.target.starts_with('/') || !is_target(target)) {
    return fail(errc::invalid_input, "the request's target must be a percent-encoded path");
  }
  const std::string_view other_host = find_header(r.headers, "Host");
  const std::string host = other_host.empty() ? host_header(at) : std::string(other_host);
  std::string head =
      r.method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: leadsman/" LEADSMAN_VERSION "\r\n";
  if (!is_header_value(host)) return fail(errc::invalid_input, "the request header 'Host' has a character that is not allowed there");
  for (const auto& [name, value] : r.headers) {
    if (same_name(name, "Host")) continue;
    if (!is_token(name) || !is_header_value(value)) {
      return fail(errc::invalid_input, "the request header '" + (is_token(name) ? name : std::string("?")) +
                                           "' has a character that is not allowed there");
    }
    head += name + ": " + value + "\r\n";
  }
  const bool has_body = !r.body.empty() || r.method == "POST" || r.method == "PUT" || r.method == "PATCH";
  if (has_body) head += "Content-Length: " + std::to_string(r.body.size()) + "\r\n";
  return head + "\r\n";
}

}  // namespace leadsman::net
