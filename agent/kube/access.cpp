#include "kube/access.hpp"

#include <algorithm>

namespace leadsman::kube {

namespace {

std::vector<std::string> words_at(const json& rule, std::string_view pointer) {
  std::vector<std::string> words;
  for (const json& word : at(rule, pointer)) {
    if (word.is_string()) words.push_back(word.get<std::string>());
  }
  return words;
}

bool has(const std::vector<std::string>& words, const std::string& word) { return std::ranges::find(words, word) != words.end(); }

bool covers_resource(const access_rule& rule, const access_question& q) {
  if (has(rule.resources, "*")) return true;
  if (q.subresource.empty()) return has(rule.resources, q.resource);
  return has(rule.resources, q.resource + "/" + q.subresource) || has(rule.resources, "*/" + q.subresource);
}

bool allows(const access_rule& rule, const access_question& q) {
  return (has(rule.verbs, "*") || has(rule.verbs, q.verb)) && (has(rule.groups, "*") || has(rule.groups, q.group)) &&
         covers_resource(rule, q) && (rule.names.empty() || (!q.name.empty() && has(rule.names, q.name)));
}

}  // namespace

result<access_rules> parse_access_rules(const json& review) {
  const json& list = at(review, "/status/resourceRules");
  if (!list.is_array()) return fail(errc::unavailable, "the cluster's answer about our permissions is not a SelfSubjectRulesReview");
  access_rules rules;
  for (const json& each : list) {
    rules.push_back({words_at(each, "/verbs"), words_at(each, "/apiGroups"), words_at(each, "/resources"), words_at(each, "/resourceNames")});
  }
  return rules;
}

bool grants(const access_rules& rules, const access_question& question) {
  return std::ranges::any_of(rules, [&](const access_rule& rule) { return allows(rule, question); });
}

}  // namespace leadsman::kube
