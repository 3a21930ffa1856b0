#include <fmt/format.h>

#include "base/text.hpp"
#include "http/options.hpp"
#include "http/query.hpp"

namespace leadsman::http {

namespace {

std::unexpected<error> refuse(std::string_view text, std::string_view why) {
  return fail(errc::invalid_input, fmt::format("'{}' is no address to listen on: {}", truncate(text, 200), why), "listen");
}

}  // namespace

result<listen_address> parse_listen_address(std::string_view text) {
  if (text.starts_with("unix:")) {
    std::string_view path = text.substr(5);
    if (path.starts_with("//")) path.remove_prefix(2);
    if (!path.starts_with('/')) return refuse(text, "a Unix socket needs an absolute path, as in unix:/run/leadsman.sock");
    if (path.size() > 107) return refuse(text, "the path of a Unix socket may have 107 characters");
    return listen_address{.socket_path = std::string(path)};
  }
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return refuse(text, "expected address:port or unix:/path");
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos) return refuse(text, "an IPv6 address stands in brackets, as in [::1]:8080");
  const auto port = parse_number(text.substr(colon + 1));
  if (host.empty()) return refuse(text, "the address is missing; 127.0.0.1 is for this machine alone");
  if (!port || *port > 65535) return refuse(text, "the port has to be a number from 0 (any free one) to 65535");
  return listen_address{std::string(host), static_cast<uint16_t>(*port), ""};
}

std::string to_string(const listen_address& at) {
  if (!at.socket_path.empty()) return "unix:" + at.socket_path;
  return at.host.find(':') == std::string::npos ? fmt::format("{}:{}", at.host, at.port)
                                                : fmt::format("[{}]:{}", at.host, at.port);
}

}  // namespace leadsman::http
