#include "plugins/gateway-api/rules.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace leadsman::gateway_api {

namespace {

const json k_no_list = json::array();

std::string text_at(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

bool is_service(const json& backend, const std::string& name_space) {
  if (!backend.is_object()) return false;
  const std::string kind = text_at(backend, "kind"), where = text_at(backend, "namespace");
  return (kind.empty() || kind == "Service") && text_at(backend, "group").empty() && (where.empty() || where == name_space);
}

std::string name_of_rule(const json& rule, size_t number) {
  const std::string name = rule.is_object() ? text_at(rule, "name") : "";
  return "rule " + std::to_string(number) + (name.empty() ? "" : " (" + name + ")");
}

// The rules that are the user's own, by the numbers that they have without ours between them.
struct own_rule {
  size_t place;
  size_t number;
  const json* rule;
};

std::vector<own_rule> own_rules(const json& route, const target& t) {
  std::vector<own_rule> out;
  const json& rules = list_at(route, "/spec/rules");
  for (size_t place = 0; place < rules.size(); ++place) {
    if (!is_canary_only(rules[place], t)) out.push_back({place, out.size(), &rules[place]});
  }
  return out;
}

bool is_meant(const own_rule& each, const target& t) {
  if (t.rule.index) return static_cast<size_t>(*t.rule.index) == each.number;
  if (!t.rule.name.empty()) return each.rule->is_object() && text_at(*each.rule, "name") == t.rule.name;
  return backend_of(*each.rule, t.stable, t.name_space).has_value();
}

std::string backends_text(const json& route) {
  std::set<std::string> names;
  for (const json& rule : list_at(route, "/spec/rules")) {
    for (const json& backend : list_at(rule, "/backendRefs")) names.insert(text_at(backend, "name"));
  }
  return names.empty() ? "nowhere" : "to " + join(std::vector<std::string>(names.begin(), names.end()), ", ");
}

std::string no_such_rule(const json& route, const target& t) {
  if (t.rule.index) return name_of(t) + " has no rule " + std::to_string(*t.rule.index);
  if (!t.rule.name.empty()) return name_of(t) + " has no rule named " + t.rule.name;
  return "no rule of " + name_of(t) + " leads to the Service " + t.stable.service +
         (t.stable.port ? " at port " + std::to_string(*t.stable.port) : "") + "; its rules lead " + backends_text(route);
}

std::string several_rules(const std::vector<own_rule>& meant, const target& t) {
  std::vector<std::string> names;
  for (const own_rule& each : meant) names.push_back(name_of_rule(*each.rule, each.number));
  return "several rules of " + name_of(t) + " lead to the Service " + t.stable.service + ": " + join(names, ", ") + "; say which one with `rule`, or `rule: all`";
}

// Shares are of two sides only.
void check_backends(const own_rule& each, const target& t, std::vector<std::string>& problems) {
  const std::string name = name_of_rule(*each.rule, each.number) + " of " + name_of(t);
  if (!backend_of(*each.rule, t.stable, t.name_space)) {
    problems.push_back(name + " does not lead to the Service " + t.stable.service);
    return;
  }
  for (const json& backend : list_at(*each.rule, "/backendRefs")) {
    if (leads_to(backend, t.stable, t.name_space) || leads_to(backend, t.canary, t.name_space)) continue;
    problems.push_back(name + " leads to " + text_at(backend, "name") + " as well; a canary needs one that leads to " + t.stable.service + " alone");
  }
}

}  // namespace

const json& list_at(const json& object, const char* path) {
  const json::json_pointer pointer(path);
  if (!object.is_object() || !object.contains(pointer)) return k_no_list;
  const json& found = object.at(pointer);
  return found.is_array() ? found : k_no_list;
}

bool leads_to(const json& backend, const side& where, const std::string& name_space) {
  if (!is_service(backend, name_space) || text_at(backend, "name") != where.service) return false;
  return !where.port || backend.value("port", json()) == *where.port;
}

std::optional<size_t> backend_of(const json& rule, const side& where, const std::string& name_space) {
  const json& backends = list_at(rule, "/backendRefs");
  for (size_t at = 0; at < backends.size(); ++at) {
    if (leads_to(backends[at], where, name_space)) return at;
  }
  return std::nullopt;
}

bool is_canary_only(const json& rule, const target& t) {
  const json& backends = list_at(rule, "/backendRefs");
  return !backends.empty() && std::ranges::all_of(backends, [&](const json& each) { return leads_to(each, t.canary, t.name_space); });
}

chosen_rules choose_rules(const json& route, const target& t) {
  chosen_rules out;
  std::vector<own_rule> meant;
  for (const own_rule& each : own_rules(route, t)) {
    if (is_meant(each, t)) meant.push_back(each);
  }
  if (meant.empty()) out.problems.push_back(no_such_rule(route, t));
  if (meant.size() > 1 && !t.rule.all) out.problems.push_back(several_rules(meant, t));
  for (const own_rule& each : meant) {
    out.places.push_back(each.place);
    check_backends(each, t, out.problems);
  }
  if (list_at(route, "/spec/parentRefs").empty()) out.problems.push_back(name_of(t) + " belongs to no Gateway: it has no parentRefs");
  return out;
}

int64_t weight_of(const json& backend) {
  const json weight = backend.is_object() ? backend.value("weight", json()) : json();
  return weight.is_number_integer() ? weight.get<int64_t>() : 1;
}

}  // namespace leadsman::gateway_api
