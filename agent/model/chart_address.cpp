#include <algorithm>

#include "base/text.hpp"
#include "model/chart_reference.hpp"

namespace leadsman::model {

namespace {

constexpr size_t k_longest_address = 1000;

bool is_of(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == std::string_view::npos;
}

constexpr std::string_view k_host_characters = "abcdefghijklmnopqrstuvwxyz0123456789.-";
constexpr std::string_view k_registry_characters = "abcdefghijklmnopqrstuvwxyz0123456789._-";
constexpr std::string_view k_path_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~-";

bool is_host(std::string_view text) {
  const size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  const std::string_view port = colon == std::string_view::npos ? "80" : text.substr(colon + 1);
  return !name.empty() && name.front() != '-' && name.front() != '.' && is_of(name, k_host_characters) && !port.empty() &&
         port.size() <= 5 && is_of(port, "0123456789");
}

// Of a registry as the OCI's distribution specification has it.
bool is_part_of_path(std::string_view part, bool registry) {
  if (part.empty() || part == "." || part == "..") return false;
  if (!registry) return is_of(part, k_path_characters);
  const auto is_edge = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return is_of(part, k_registry_characters) && is_edge(part.front()) && is_edge(part.back());
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

result<void> check_path(std::string_view path, bool registry) {
  for (const std::string_view part : split(path, '/')) {
    if (is_part_of_path(part, registry)) continue;
    return fail(errc::invalid_input,
                "'" + truncate(part, 80) + "' cannot be part of its path; allowed are " +
                    (registry ? "lower-case letters, digits, '.', '_' and '-'" : "letters, digits, '.', '_', '~' and '-'"));
  }
  return {};
}

}  // namespace

std::string_view host_of(std::string_view address) {
  const size_t scheme = address.find("://");
  if (scheme != std::string_view::npos) address.remove_prefix(scheme + 3);
  return address.substr(0, address.find('/'));
}

result<std::string> parse_chart_address(std::string_view text) {
  const size_t scheme_end = text.find("://");
  const std::string_view scheme = text.substr(0, scheme_end == std::string_view::npos ? 0 : scheme_end);
  if (!is_any(scheme, {"oci", "https", "http"}))
    return fail(errc::invalid_input, "expected an address that begins with oci:// or https://");
  const std::string_view host = host_of(text);
  if (host.find('@') != std::string_view::npos)
    return fail(errc::invalid_input, "holds a user or a password; the agent is given them in its own configuration (charts.sources)");
  if (text.size() > k_longest_address)
    return fail(errc::invalid_input, "is longer than " + std::to_string(k_longest_address) + " characters");
  if (text.find_first_of("?#") != std::string_view::npos)
    return fail(errc::invalid_input, "has a '?' or '#'; expected are host and path alone");
  const std::string lower_host = lower(host);
  if (!is_host(lower_host))
    return fail(errc::invalid_input, "names no host that can be asked; expected is a name or an IPv4 address, and :port if need be");
  std::string_view path = text.substr(scheme.size() + 3 + host.size());
  while (path.ends_with('/')) path.remove_suffix(1);
  if (!path.empty()) LEADSMAN_CHECK(check_path(path.substr(1), scheme == "oci"));
  return std::string(scheme) + "://" + lower_host + std::string(path);
}

}  // namespace leadsman::model
