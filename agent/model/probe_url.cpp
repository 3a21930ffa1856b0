#include "model/probe_url.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace leadsman::model {

namespace {

std::unexpected<error> refuse(std::string_view text, std::string_view why) {
  return fail(errc::invalid_input, "'" + truncate(text, 200) + "' is no address for a probe: " + std::string(why) + "; expected http(s)://host[:port][/path][?query]");
}

char small_letter(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || std::string_view(".-_:[]").find(c) != std::string_view::npos;
}

// The port behind the host, or nothing; a colon within brackets is an IPv6 address's.
std::string_view port_of(std::string_view authority) {
  const size_t colon = authority.rfind(':');
  const size_t bracket = authority.rfind(']');
  if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket)) return {};
  return authority.substr(colon);
}

bool is_port(std::string_view text) {
  int number = 0;
  const auto [end, failure] = std::from_chars(text.data() + 1, text.data() + text.size(), number);
  return failure == std::errc() && end == text.data() + text.size() && number > 0 && number < 65536;
}

result<std::string> read_origin(std::string_view text, std::string_view scheme, std::string_view authority, bool stars) {
  std::string host(authority);
  std::ranges::transform(host, host.begin(), small_letter);
  const std::string_view port = port_of(authority);
  if (host.size() == port.size()) return refuse(text, "the host is missing");
  if (!std::ranges::all_of(host, [&](char c) { return is_host_character(c) || (stars && c == '*'); })) return refuse(text, "the host has a character that is not allowed there");
  if (!port.empty() && port != ":*" && !is_port(port)) return refuse(text, "the port is none");
  if (port == ":*" && !stars) return refuse(text, "the port is none");
  const std::string_view own = scheme == "http://" ? ":80" : ":443";
  if (port == own) host.resize(host.size() - port.size());
  return std::string(scheme) + host;
}

std::string_view scheme_of(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (text.starts_with(scheme)) return scheme;
  }
  return {};
}

}  // namespace

result<probe_url> parse_probe_url(std::string_view text) {
  const std::string_view scheme = scheme_of(text);
  if (scheme.empty()) return refuse(text, "it begins with neither");
  const bool plain = std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7F; });
  if (!plain) return refuse(text, "it has characters that have to be percent-encoded");
  if (text.find('#') != std::string_view::npos) return refuse(text, "it has a fragment");
  const std::string_view rest = text.substr(scheme.size());
  const size_t end = std::min(rest.find_first_of("/?"), rest.size());
  const std::string_view authority = rest.substr(0, end);
  if (authority.find('@') != std::string_view::npos) return fail(errc::invalid_input, "the address of a probe may not carry a user name or password");
  probe_url out;
  LEADSMAN_TRY(out.origin, read_origin(text, scheme, authority, false));
  out.target = rest.substr(end);
  if (!out.target.starts_with('/')) out.target.insert(0, "/");
  return out;
}

result<std::string> parse_probe_origin(std::string_view text) {
  const std::string_view scheme = scheme_of(text);
  if (scheme.empty()) return refuse(text, "it begins with neither http:// nor https://");
  return read_origin(text, scheme, text.substr(scheme.size()), true);
}

bool may_probe(const probe_grants& grants, std::string_view origin) {
  return grants.anything || std::ranges::any_of(grants.origins, [&](const std::string& granted) { return glob_match(granted, origin); });
}

}  // namespace leadsman::model
