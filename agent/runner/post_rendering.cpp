#include "runner/post_rendering.hpp"

#include "document/reader.hpp"
#include "runner/reach_gate.hpp"
#include "wire/json.hpp"

namespace leadsman::runner {

using nlohmann::json;

std::string to_word(const post_rendering& how) {
  json word = json::object();
  if (how.twin) word["twin"] = *how.twin;
  if (!how.limits.empty()) word["limits"] = json::parse(how.limits);
  return word.empty() ? "" : word.dump();
}

result<std::string> post_render(std::string_view manifest, std::string_view word) {
  LEADSMAN_TRY(const json how, document::parse_json(word, "what the post-renderer is to do"));
  document::object_reader in(how, "");
  const json& twin = in.child("twin");
  const json& limits = in.child("limits");
  LEADSMAN_CHECK(in.finish());
  std::string passed(manifest);
  if (!twin.is_null()) {
    LEADSMAN_TRY(const auto instructions, wire::parse<twin::instructions>(twin));
    LEADSMAN_TRY(passed, twin::make_twin(manifest, instructions));
  }
  if (!limits.is_null()) {
    LEADSMAN_TRY(const reach_limits allowed, parse_limits(limits.dump()));
    LEADSMAN_CHECK(hold_manifest(passed, allowed));
  }
  return passed;
}

}  // namespace leadsman::runner
