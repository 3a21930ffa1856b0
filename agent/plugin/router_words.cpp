#include "plugin/router_words.hpp"

#include "document/reader.hpp"
#include "plugin/untrusted.hpp"

namespace leadsman::plugin {

using document::object_reader;
using nlohmann::json;

namespace {

constexpr size_t k_most_objects = 20, k_most_matches = 32, k_most_problems = 20;

constexpr std::pair<std::string_view, acceptance> k_acceptances[]{{"yes", acceptance::yes}, {"no", acceptance::no}, {"pending", acceptance::pending}, {"unknown", acceptance::unknown}};

json to_json(const router_side& side) {
  json out{{"service", side.service}};
  if (side.port) out["port"] = *side.port;
  return out;
}

result<void> check_list(const json& list, const std::string& at, size_t most) {
  if (!list.is_array()) return fail(errc::invalid_input, "expected a list, found " + document::describe(list), at);
  if (list.size() > most) return fail(errc::invalid_input, "has " + std::to_string(list.size()) + " entries; allowed are " + std::to_string(most), at);
  return {};
}

result<kube::object_ref> parse_ref(const json& value, const std::string& at) {
  object_reader in(value, at);
  const kube::object_ref out{in.string("api_version"), in.string("kind"), in.string("namespace"), in.string("name")};
  LEADSMAN_CHECK(in.finish());
  return out;
}

result<std::vector<kube::object_ref>> parse_refs(const json& list, const std::string& at) {
  LEADSMAN_CHECK(check_list(list, at, k_most_objects));
  std::vector<kube::object_ref> out;
  for (const json& each : list) {
    LEADSMAN_TRY(kube::object_ref ref, parse_ref(each, at + "[" + std::to_string(out.size()) + "]"));
    out.push_back(std::move(ref));
  }
  return out;
}

result<route_match> parse_match(const json& value, const std::string& at) {
  object_reader in(value, at);
  const bool by_header = in.has("header"), by_cookie = in.has("cookie");
  const json &header = in.child("header"), &cookie = in.child("cookie");
  LEADSMAN_CHECK(in.finish());
  if (by_header == by_cookie) return fail(errc::invalid_input, "expected either a header or a cookie", at);
  object_reader named(by_header ? header : cookie, at + (by_header ? ".header" : ".cookie"));
  const route_match out{by_header ? route_match::by::header : route_match::by::cookie, named.string("name"), named.string("value")};
  LEADSMAN_CHECK(named.finish());
  return out;
}

}  // namespace

json to_json(const router_target& target) {
  return {{"config", target.config}, {"namespace", target.name_space}, {"stable", to_json(target.stable)}, {"canary", to_json(target.canary)}};
}

json to_json(const route_match& match) {
  return {{match.where == route_match::by::header ? "header" : "cookie", {{"name", match.name}, {"value", match.value}}}};
}

json to_json(const std::vector<route_match>& matches) {
  json out = json::array();
  for (const route_match& each : matches) out.push_back(to_json(each));
  return out;
}

json to_json(const kube::object_ref& ref) {
  return {{"api_version", ref.api_version}, {"kind", ref.kind}, {"namespace", ref.name_space}, {"name", ref.name}};
}

result<std::vector<route_match>> parse_matches(const json& list, const std::string& at) {
  LEADSMAN_CHECK(check_list(list, at, k_most_matches));
  std::vector<route_match> out;
  for (const json& each : list) {
    LEADSMAN_TRY(route_match match, parse_match(each, at + "[" + std::to_string(out.size()) + "]"));
    out.push_back(std::move(match));
  }
  return out;
}

result<std::vector<kube::object_ref>> parse_objects(const json& said) {
  object_reader in(said, "");
  const json& list = in.child("objects");
  LEADSMAN_CHECK(in.finish());
  return parse_refs(list, "objects");
}

result<router_view> parse_view(const json& said) {
  object_reader in(said, "");
  router_view out;
  if (in.has("weight")) out.weight = static_cast<int>(in.integer("weight", 0, 100));
  in.child("weight");
  const json& matches = in.child("matches");
  if (!in.has("accepted")) in.reject("accepted", "is required");
  out.accepted = in.choice("accepted", acceptance::unknown, k_acceptances);
  out.message = untrusted(in.string("message", ""), 1000);
  const json& problems = in.child("problems");
  LEADSMAN_CHECK(in.finish());
  LEADSMAN_TRY(out.matches, parse_matches(matches, "matches"));
  LEADSMAN_CHECK(check_list(problems, "problems", k_most_problems));
  for (const json& each : problems) {
    if (!each.is_string()) return fail(errc::invalid_input, "expected texts, found " + document::describe(each), "problems");
    out.problems.push_back(untrusted(each.get_ref<const std::string&>(), 1000));
  }
  return out;
}

result<router_change> parse_change(const json& said) {
  object_reader in(said, "");
  const json& write = in.child("write");
  const json& remove = in.child("delete");
  LEADSMAN_CHECK(in.finish());
  LEADSMAN_CHECK(check_list(write, "write", k_most_objects));
  router_change out;
  for (const json& each : write) {
    const kube::object_ref ref = kube::ref_of(each);
    const std::string at = "write[" + std::to_string(out.write.size()) + "]";
    if (!each.is_object() || ref.api_version.empty() || ref.kind.empty() || ref.name.empty()) return fail(errc::invalid_input, "is no whole object", at);
    out.write.push_back(each);
  }
  LEADSMAN_TRY(out.remove, parse_refs(remove, "delete"));
  return out;
}

}  // namespace leadsman::plugin
