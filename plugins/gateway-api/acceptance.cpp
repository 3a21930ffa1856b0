#include "plugins/gateway-api/acceptance.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "plugins/gateway-api/rules.hpp"

namespace leadsman::gateway_api {

namespace {

// What makes two parentRefs the same: a Gateway may be a parent by several listeners.
bool same_parent(const json& a, const json& b) {
  for (const char* key : {"group", "kind", "namespace", "name", "sectionName", "port"}) {
    // The API server fills in group and kind; controllers need not repeat the namespace.
    const json left = a.value(key, json()), right = b.value(key, json());
    if (left != right && !left.is_null() && !right.is_null()) return false;
  }
  return a.value("sectionName", json()) == b.value("sectionName", json());
}

std::string text_of(const json& parent) { return "Gateway " + parent.value("name", "?"); }

// Of two answers the one that keeps more from being taken for granted.
const acceptance& worse_of(const acceptance& a, const acceptance& b) {
  static constexpr std::array<std::string_view, 4> k_order{"no", "pending", "unknown", "yes"};
  return std::ranges::find(k_order, b.word) < std::ranges::find(k_order, a.word) ? b : a;
}

acceptance read_condition(const json& status, const std::string& type, int64_t generation, const std::string& who) {
  for (const json& each : list_at(status, "/conditions")) {
    if (each.value("type", "") != type) continue;
    if (!each.contains("observedGeneration")) return {"unknown", who + " does not say of which change it speaks"};
    if (each["observedGeneration"] < generation) return {"pending", who + " has not looked at the route's latest change yet"};
    if (each.value("status", "") == "True") return {"yes", ""};
    return {each.value("status", "") == "False" ? "no" : "unknown", who + ": not " + type + " (" + each.value("reason", "no reason") + "): " + each.value("message", "")};
  }
  return {"unknown", who + " says nothing about " + type};
}

// Of a parent's answers by several controllers each counts.
acceptance read_parent(const json& route, const json& parent, int64_t generation) {
  const std::string who = text_of(parent);
  std::optional<acceptance> worst;
  for (const json& status : list_at(route, "/status/parents")) {
    if (!same_parent(parent, status.value("parentRef", json::object()))) continue;
    for (const char* type : {"Accepted", "ResolvedRefs"}) {
      const acceptance said = read_condition(status, type, generation, who);
      worst = worst ? worse_of(*worst, said) : said;
    }
  }
  return worst.value_or(acceptance{"unknown", who + " has not answered for the route"});
}

}  // namespace

acceptance read_acceptance(const json& route) {
  const json generation = route.value("/metadata/generation"_json_pointer, json());
  acceptance out{"yes", ""};
  const json& parents = list_at(route, "/spec/parentRefs");
  if (parents.empty()) return {"unknown", "the route belongs to no Gateway"};
  for (const json& parent : parents) {
    out = worse_of(out, read_parent(route, parent, generation.is_number_integer() ? generation.get<int64_t>() : 0));
  }
  return out;
}

}  // namespace leadsman::gateway_api
