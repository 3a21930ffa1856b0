#include "model/chart_reference.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace leadsman::model {

namespace {

constexpr std::string_view k_registry = "oci://";
constexpr std::string_view k_digest_prefix = "sha256:";
constexpr const char* k_forms =
    "expected is a folder, oci://host/path/name:1.2.3, oci://host/path/name@sha256:…, or name@1.2.3 with repo: https://…";

constexpr std::string_view k_digits = "0123456789";
constexpr std::string_view k_words = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";

bool consists_of(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

// 1.2.3, v1.2.3, with a pre-release and build metadata. Helm takes anything shorter for a range of versions.
bool is_exact_version(std::string_view text) {
  if (text.size() > 128) return false;
  if (text.starts_with('v')) text.remove_prefix(1);
  const size_t core_end = std::min(text.find_first_of("-+"), text.size());
  const auto numbers = split(text.substr(0, core_end), '.');
  const bool core = numbers.size() == 3 && std::ranges::all_of(numbers, [](auto n) { return consists_of(n, k_digits); });
  if (!core || core_end == text.size()) return core;
  const auto parts = split(text.substr(core_end + 1), '+');
  const size_t most = text[core_end] == '+' ? 1 : 2;
  return parts.size() <= most && std::ranges::all_of(parts, [](auto part) { return consists_of(part, k_words); });
}

bool is_name(std::string_view text) {
  return consists_of(text, std::string(k_words) + "_") && text.front() != '-' && text.front() != '.' && text.size() <= 250;
}

std::unexpected<error> wrong(std::string message, const char* field = "chart") {
  return fail(errc::invalid_input, std::move(message), field);
}

result<std::string> read_version(std::string_view text) {
  if (is_exact_version(text)) return std::string(text);
  return wrong("'" + truncate(text, 80) + "' is not one version; expected one such as 1.2.3, neither a range nor a word such as latest");
}

result<std::string> read_manifest_digest(std::string_view text) {
  const std::string_view hex = text.starts_with(k_digest_prefix) ? text.substr(k_digest_prefix.size()) : "";
  if (is_sha256_hex(hex)) return std::string(text);
  return wrong("'" + truncate(text, 100) + "' is no digest; expected is sha256: and 64 lower-case hexadecimal digits");
}

// Takes what stands behind `mark` away from `text`.
std::optional<std::string_view> cut_off(std::string_view& text, size_t mark) {
  if (mark == std::string_view::npos) return std::nullopt;
  const std::string_view rest = text.substr(mark + 1);
  text = text.substr(0, mark);
  return rest;
}

result<chart_reference> parse_registry_chart(std::string_view text) {
  std::string_view address = text;
  const size_t path = std::min(text.find('/', k_registry.size()), text.size());
  const auto digest = cut_off(address, text.find('@', path));
  const size_t colon = address.rfind(':');
  const auto tag = cut_off(address, colon != std::string_view::npos && colon > path ? colon : std::string_view::npos);
  chart_reference out;
  auto parsed = parse_chart_address(address);
  if (!parsed) return wrong(std::move(parsed).error().message);
  out.address = std::move(*parsed);
  const size_t slash = out.address.rfind('/');
  if (slash < k_registry.size()) return wrong("names a registry and no chart in it; expected is oci://host/path/name:1.2.3");
  out.name = out.address.substr(slash + 1);
  if (!tag && !digest) return wrong("says no version; expected is " + out.address + ":1.2.3 or " + out.address + "@sha256:…");
  if (tag) { LEADSMAN_TRY(out.version, read_version(*tag)); }
  if (digest) { LEADSMAN_TRY(out.digest, read_manifest_digest(*digest)); }
  return out;
}

result<chart_reference> parse_repository_chart(std::string_view chart, std::string_view repo) {
  if (repo.starts_with(k_registry)) return wrong("is for repositories; a registry's chart is said as chart: oci://host/path/name:1.2.3, without repo", "repo");
  auto address = parse_chart_address(repo);
  if (!address) return wrong(std::move(address).error().message, "repo");
  const size_t at = chart.find('@');
  if (at == std::string_view::npos || !is_name(chart.substr(0, at)))
    return wrong("'" + truncate(chart, 80) + "' is no chart of a repository; beside repo, expected is its name and version, such as shop@1.2.3");
  chart_reference out{chart_place::repository, std::move(*address), std::string(chart.substr(0, at)), "", ""};
  LEADSMAN_TRY(out.version, read_version(chart.substr(at + 1)));
  return out;
}

}  // namespace

bool is_fetched(std::string_view chart, std::string_view repo) {
  return !repo.empty() || chart.find("://") != std::string_view::npos;
}

bool is_named_version(std::string_view chart) {
  return chart.find('@') != std::string_view::npos && chart.find('/') == std::string_view::npos;
}

result<chart_reference> parse_chart_reference(std::string_view chart, std::string_view repo) {
  const bool registry = chart.starts_with(k_registry);
  if (registry && !repo.empty()) return wrong("has no meaning beside a chart of a registry; leave it out", "repo");
  if (registry) return parse_registry_chart(chart);
  if (chart.find("://") != std::string_view::npos) return wrong(std::string("is no chart that can be fetched; ") + k_forms);
  if (repo.empty()) return wrong(std::string("names no registry and no repository; ") + k_forms);
  return parse_repository_chart(chart, repo);
}

std::string to_string(const chart_reference& chart) {
  if (chart.place == chart_place::repository) return chart.name + "@" + chart.version + " of " + chart.address;
  return chart.address + (chart.version.empty() ? "" : ":" + chart.version) + (chart.digest.empty() ? "" : "@" + chart.digest);
}

}  // namespace leadsman::model
