#include "plugin/handshake.hpp"

#include <fmt/format.h>

#include "plugin/untrusted.hpp"

namespace leadsman::plugin {

using nlohmann::json;

namespace {

json words_of(const std::vector<kind>& kinds) {
  json out = json::array();
  for (const kind each : kinds) out.push_back(to_string(each));
  return out;
}

}  // namespace

json introduction(const std::string& agent_version) { return {{"protocol", k_protocol}, {"agent", agent_version}}; }

result<void> check_handshake(const manifest& expected, const json& said) {
  if (!said.is_object()) return fail(errc::internal, "answered initialize with no object: " + in_quotes(to_text(said)));
  const std::pair<const char*, json> facts[]{
      {"name", expected.name}, {"version", expected.version}, {"kinds", words_of(expected.kinds)}, {"protocol", k_protocol}};
  for (const auto& [key, wanted] : facts) {
    const json found = said.value(key, json());
    if (found == wanted) continue;
    return fail(errc::internal, fmt::format("says that its {} is {}, and its manifest says {}", key, untrusted(to_text(found), 100), to_text(wanted)));
  }
  for (const auto& [key, ignored] : said.items()) {
    const bool known = std::ranges::any_of(facts, [&](const auto& fact) { return key == fact.first; });
    if (!known) return fail(errc::internal, "says " + in_quotes(key) + " of itself, which protocol 1 does not know");
  }
  return {};
}

}  // namespace leadsman::plugin
