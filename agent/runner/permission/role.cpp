#include "runner/permission/role.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "sign/hash.hpp"

namespace leadsman::runner {

namespace {

using word_set = std::set<std::string>;

std::string list_text(const word_set& words) {
  return join(std::vector<std::string>(words.begin(), words.end()), ", ");
}

std::string place_of(const std::string& name_space) { return name_space.empty() ? "in the whole cluster" : "in " + name_space; }

struct missing_kind {
  word_set verbs;
  std::vector<std::string> why;
};

// In the order of the namespaces, then of the resources.
std::map<std::pair<std::string, std::string>, missing_kind> by_kind(const std::vector<permission>& denied) {
  std::map<std::pair<std::string, std::string>, missing_kind> kinds;
  for (const permission& each : denied) {
    missing_kind& kind = kinds[{each.what.name_space, resource_text(each.what)}];
    kind.verbs.insert(each.what.verb);
    if (std::ranges::find(kind.why, each.why) == kind.why.end()) kind.why.push_back(each.why);
  }
  return kinds;
}

// group → verbs → resources: kinds that miss the same are one rule.
using rule_table = std::map<std::string, std::map<word_set, word_set>>;

rule_table rules_of(const std::vector<permission>& denied, const std::string& name_space) {
  std::map<std::pair<std::string, std::string>, word_set> verbs;
  for (const permission& each : denied) {
    const kube::access_question& q = each.what;
    if (q.name_space != name_space) continue;
    verbs[{q.group, q.resource + (q.subresource.empty() ? "" : "/" + q.subresource)}].insert(q.verb);
  }
  rule_table rules;
  for (const auto& [kind, words] : verbs) rules[kind.first][words].insert(kind.second);
  return rules;
}

std::string rules_text(const rule_table& rules) {
  std::string text;
  for (const auto& [group, by_verbs] : rules) {
    for (const auto& [verbs, resources] : by_verbs) {
      text += fmt::format("      - apiGroups: [{}]\n        resources: [{}]\n        verbs: [{}]\n",
                          group.empty() ? "\"\"" : group, list_text(resources), list_text(verbs));
    }
  }
  return text;
}

std::string subject_text(const std::string& user) {
  constexpr std::string_view k_account = "system:serviceaccount:";
  const std::string_view account = std::string_view(user).substr(std::min(user.size(), k_account.size()));
  const size_t colon = account.find(':');
  if (user.starts_with(k_account) && colon != std::string_view::npos) {
    return fmt::format("{{kind: ServiceAccount, name: {}, namespace: {}}}", account.substr(colon + 1), account.substr(0, colon));
  }
  return fmt::format("{{kind: User, name: {}, apiGroup: rbac.authorization.k8s.io}}", nlohmann::json(user).dump());
}

std::string object_head(const std::string& kind, const std::string& name, const std::string& name_space) {
  const std::string where = name_space.empty() ? "" : ", namespace: " + name_space;
  return fmt::format("  - apiVersion: rbac.authorization.k8s.io/v1\n    kind: {}\n    metadata: {{name: {}{}}}\n", kind, name, where);
}

}  // namespace

std::vector<std::string> describe_denied(const std::vector<permission>& denied) {
  std::vector<std::string> lines;
  for (const auto& [key, kind] : by_kind(denied)) {
    lines.push_back(fmt::format("{} {} {} ({})", list_text(kind.verbs), key.second, place_of(key.first), join(kind.why, "; ")));
  }
  return lines;
}

std::string make_roles(const std::vector<permission>& denied, const std::string& release, const std::string& user) {
  word_set namespaces;
  for (const permission& each : denied) namespaces.insert(each.what.name_space);
  std::string text = "apiVersion: v1\nkind: List\nitems:\n";
  for (const std::string& name_space : namespaces) {
    const std::string role = name_space.empty() ? "ClusterRole" : "Role";
    const std::string rules = rules_text(rules_of(denied, name_space));
    const std::string name = fmt::format("leadsman-{}-{}", first_of(release, "agent"), sign::sha256_hex(rules).substr(0, 8));
    text += object_head(role, name, name_space) + "    rules:\n" + rules;
    if (user.empty()) continue;
    text += object_head(role + "Binding", name, name_space);
    text += fmt::format("    roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: {}, name: {}}}\n    subjects:\n      - {}\n", role, name, subject_text(user));
  }
  return text;
}

}  // namespace leadsman::runner
