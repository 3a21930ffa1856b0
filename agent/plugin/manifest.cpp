#include "plugin/manifest.hpp"

#include <algorithm>
#include <fstream>

#include "base/text.hpp"
#include "document/reader.hpp"

namespace leadsman::plugin {

namespace {

constexpr std::streamsize k_longest_manifest = 64 * 1024;

result<std::vector<kind>> parse_kinds(const std::vector<std::string>& words) {
  std::vector<std::string> known;
  for (const auto& [word, ignored] : k_kinds) known.emplace_back(word);
  std::vector<kind> kinds;
  for (const std::string& word : words) {
    const std::optional<kind> found = parse_kind(word);
    if (!found) return fail(errc::invalid_input, "'" + truncate(word, 60) + "' is no kind of plugin; expected " + one_of(known), "kinds");
    if (std::ranges::find(kinds, *found) != kinds.end()) return fail(errc::invalid_input, "'" + word + "' stands there twice", "kinds");
    kinds.push_back(*found);
  }
  if (kinds.empty()) return fail(errc::invalid_input, "is empty; expected " + one_of(known), "kinds");
  return kinds;
}

}  // namespace

bool is_inside(std::string_view path) {
  if (path.empty() || path.front() == '/') return false;
  return std::ranges::none_of(split(path, '/'), [](std::string_view part) { return is_any(part, {"", ".", ".."}); });
}

result<manifest> parse_manifest(const nlohmann::json& value) {
  document::object_reader in(value, "");
  manifest out;
  out.name = in.string("name");
  out.version = in.string("version");
  const std::vector<std::string> kinds = in.strings("kinds");
  const int64_t protocol = in.integer("protocol", 1, 1'000'000);
  out.program = in.string("program");
  out.arguments = in.strings("arguments");
  if (!is_dns_label(out.name)) in.reject("name", "is no name for a plugin; expected lower-case letters, digits and hyphens");
  if (out.version.empty()) in.reject("version", "is empty");
  if (protocol != k_protocol) in.reject("protocol", "is " + std::to_string(protocol) + "; this agent speaks " + std::to_string(k_protocol));
  if (!is_inside(out.program)) in.reject("program", "is no path inside the plugin's folder");
  LEADSMAN_CHECK(in.finish());
  LEADSMAN_TRY(out.kinds, parse_kinds(kinds));
  return out;
}

result<manifest> read_manifest(const std::filesystem::path& folder) {
  std::ifstream in(folder / k_manifest_file, std::ios::binary);
  if (!in) return fail(errc::not_found, "there is no " + std::string(k_manifest_file) + " in " + folder.string());
  std::string text(k_longest_manifest + 1, '\0');
  in.read(text.data(), k_longest_manifest + 1);
  text.resize(static_cast<size_t>(in.gcount()));
  if (in.gcount() > k_longest_manifest) return fail(errc::invalid_input, std::string(k_manifest_file) + " is longer than 64 KiB");
  LEADSMAN_TRY(const nlohmann::json value, document::parse_json(text, k_manifest_file));
  auto parsed = parse_manifest(value);
  if (parsed) return parsed;
  const std::string where = parsed.error().field.empty() ? "" : parsed.error().field + ": ";
  return fail(parsed.error().code, std::string(k_manifest_file) + ": " + where + parsed.error().message);
}

}  // namespace leadsman::plugin
