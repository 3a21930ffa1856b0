#include "net/endpoint.hpp"

#include <charconv>

#include "base/text.hpp"

namespace leadsman::net {

namespace {

std::unexpected<error> refuse(std::string_view url, std::string_view why) {
  return fail(errc::invalid_input, "'" + truncate(url, 200) + "' is not an address: " + std::string(why));
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' ||
         c == ':' || c == '%';
}

bool is_plain(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F) return false;
  }
  return true;
}

// "host", "host:port", "[v6]", "[v6]:port"
result<void> read_authority(std::string_view url, std::string_view authority, endpoint& at) {
  std::string_view port;
  if (authority.starts_with('[')) {
    const size_t end = authority.find(']');
    if (end == std::string_view::npos) return refuse(url, "the bracket of the IPv6 address is not closed");
    at.host = authority.substr(1, end - 1);
    port = authority.substr(end + 1);
  } else {
    const size_t colon = authority.find(':');
    at.host = authority.substr(0, colon);
    if (colon != std::string_view::npos) port = authority.substr(colon);
  }
  if (at.host.empty()) return refuse(url, "the host is missing");
  for (const char c : at.host) {
    if (!is_host_character(c)) return refuse(url, "the host has a character that is not allowed there");
  }
  if (port.empty()) return {};
  const char* const last = port.data() + port.size();
  const auto [end, failure] = std::from_chars(port.data() + 1, last, at.port);
  if (port.front() != ':' || failure != std::errc() || end != last || at.port == 0) {
    return refuse(url, "the port must be a number from 1 to 65535");
  }
  return {};
}

}  // namespace

result<endpoint> parse_endpoint(std::string_view url) {
  endpoint at;
  if (!is_plain(url)) return refuse(url, "it has spaces or control characters");
  if (url.starts_with("unix:")) {
    std::string_view path = url.substr(5);
    if (path.starts_with("//")) path.remove_prefix(2);
    if (!path.starts_with('/')) return refuse(url, "a Unix socket needs an absolute path, as in unix:/run/leadsman.sock");
    if (path.size() > 107) return refuse(url, "a Unix socket's path may have 107 characters");
    at.scheme = scheme::unix_socket;
    at.socket_path = path;
    return at;
  }
  std::string_view rest = url;
  if (rest.starts_with("https://")) at.scheme = scheme::https, at.port = 443, rest.remove_prefix(8);
  else if (rest.starts_with("http://")) at.scheme = scheme::http, at.port = 80, rest.remove_prefix(7);
  else return refuse(url, "it must begin with https://, http:// or unix:");
  if (rest.find_first_of("?#") != std::string_view::npos) return refuse(url, "it may not have a query or fragment");
  const size_t slash = rest.find('/');
  const std::string_view authority = rest.substr(0, slash);
  if (authority.find('@') != std::string_view::npos) {
    return fail(errc::invalid_input, "an address may not carry a user name or password");
  }
  LEADSMAN_CHECK(read_authority(url, authority, at));
  if (slash != std::string_view::npos) at.base_path = rest.substr(slash);
  while (at.base_path.ends_with('/')) at.base_path.pop_back();
  return at;
}

namespace {

std::string bracketed(const std::string& host) { return host.find(':') == std::string::npos ? host : "[" + host + "]"; }

}  // namespace

std::string to_string(const endpoint& at) {
  if (at.scheme == scheme::unix_socket) return "unix:" + at.socket_path;
  return std::string(at.scheme == scheme::https ? "https://" : "http://") + host_header(at) + at.base_path;
}

std::string host_header(const endpoint& at) {
  if (at.scheme == scheme::unix_socket) return "localhost";
  const uint16_t usual = at.scheme == scheme::https ? 443 : 80;
  return at.port == usual ? bracketed(at.host) : bracketed(at.host) + ":" + std::to_string(at.port);
}

}  // namespace leadsman::net
