#include "runner/reach_gate.hpp"

#include <vector>

#include "document/reader.hpp"
#include "helm/manifest.hpp"
#include "kube/object_ref.hpp"
#include "model/words.hpp"
#include "wire/model.hpp"

namespace leadsman::runner {

using nlohmann::json;

namespace {

constexpr model::word<object_scope> k_scope[]{
    {"namespace", object_scope::of_a_namespace}, {"cluster", object_scope::of_the_cluster}, {"unknown", object_scope::unknown}};

}  // namespace

std::string scope_key(std::string_view api_version, std::string_view kind) { return std::string(api_version) + " " + std::string(kind); }

std::string dump_limits(const reach_limits& limits) {
  json scopes = json::object();
  for (const auto& [kind, scope] : limits.scopes) scopes[kind] = model::word_of(k_scope, scope);
  return json{{"reach", limits.allowed}, {"namespace", limits.own_namespace}, {"scopes", std::move(scopes)}}.dump();
}

result<reach_limits> parse_limits(std::string_view text) {
  LEADSMAN_TRY(const json value, document::parse_json(text, "the limits"));
  document::object_reader in(value, "");
  reach_limits limits;
  const json& allowed = in.child("reach");
  const json& scopes = in.child("scopes");
  limits.own_namespace = in.string("namespace");
  if (!allowed.is_object()) in.reject("reach", "is required");
  if (!scopes.is_object()) in.reject("scopes", "is required");
  LEADSMAN_CHECK(in.finish());
  LEADSMAN_TRY(limits.allowed, wire::parse<model::reach>(allowed));
  for (const auto& [kind, word] : scopes.items()) {
    const auto scope = word.is_string() ? model::value_of(k_scope, word.get_ref<const std::string&>()) : std::nullopt;
    if (!scope) return fail(errc::invalid_input, "is no scope of a kind", "scopes." + kind);
    limits.scopes[kind] = *scope;
  }
  return limits;
}

result<void> hold_manifest(std::string_view manifest, const reach_limits& limits) {
  if (has_odd_line_ends(manifest)) return fail(errc::refused, "the manifest has line ends that YAML readers disagree about");
  LEADSMAN_TRY(const auto objects, helm::split_created(manifest, limits.own_namespace));
  std::vector<placed_object> placed;
  for (const helm::object& o : objects) {
    const auto scope = limits.scopes.find(scope_key(o.api_version, o.kind));
    if (scope == limits.scopes.end()) return fail(errc::refused, "the chart had no " + o.kind + " of " + o.api_version + " when it was checked");
    placed.push_back({o.kind, o.name, kube::text_at(o.value, "/metadata/namespace"), scope->second});
  }
  if (const auto why = why_out_of_reach(placed, limits.allowed, limits.own_namespace)) return fail(errc::refused, *why);
  return {};
}

}  // namespace leadsman::runner
