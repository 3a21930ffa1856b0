#include "plugins/gateway-api/acceptance.hpp"

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

acceptance read_condition(const json& status, const std::string& type, int64_t generation, const std::string& who) {
  for (const json& each : list_at(status, "/conditions")) {
    if (each.value("type", "") != type) continue;
    if (each.value("observedGeneration", int64_t{0}) < generation) return {"unknown", who + " has not looked at the route's latest change yet"};
    if (each.value("status", "") == "True") return {"yes", ""};
    return {each.value("status", "") == "False" ? "no" : "unknown", who + ": not " + type + " (" + each.value("reason", "no reason") + "): " + each.value("message", "")};
  }
  return {"unknown", who + " says nothing about " + type};
}

// Of a parent's answers by several controllers each counts.
acceptance read_parent(const json& route, const json& parent, int64_t generation) {
  const std::string who = text_of(parent);
  acceptance worst{"unknown", who + " has not answered for the route"};
  bool answered = false;
  for (const json& status : list_at(route, "/status/parents")) {
    if (!same_parent(parent, status.value("parentRef", json::object()))) continue;
    for (const char* type : {"Accepted", "ResolvedRefs"}) {
      const acceptance said = read_condition(status, type, generation, who);
      if (said.word == "no") return said;
      if (!answered || said.word == "unknown") worst = said;
      answered = true;
    }
  }
  return worst;
}

}  // namespace

acceptance read_acceptance(const json& route) {
  const json generation = route.value("/metadata/generation"_json_pointer, json());
  acceptance out{"yes", ""};
  const json& parents = list_at(route, "/spec/parentRefs");
  if (parents.empty()) return {"unknown", "the route belongs to no Gateway"};
  for (const json& parent : parents) {
    const acceptance said = read_parent(route, parent, generation.is_number_integer() ? generation.get<int64_t>() : 0);
    if (said.word == "no") return said;
    if (said.word == "unknown" && out.word == "yes") out = said;
  }
  return out;
}

}  // namespace leadsman::gateway_api
