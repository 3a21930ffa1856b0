#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "kube/object_ref.hpp"

namespace leadsman::kube {

// What a SelfSubjectAccessReview asks.
struct access_question {
  std::string verb;
  std::string group{};
  std::string resource;  // plural
  std::string subresource{};
  std::string name_space{};  // empty: cluster-wide
  std::string name{};        // empty: any, as for list, watch and create

  friend auto operator<=>(const access_question&, const access_question&) = default;
};

struct access_answer {
  bool allowed = false;
  std::string reason;
};

struct access_rule {
  std::vector<std::string> verbs, groups, resources;
  std::vector<std::string> names;  // empty: every object
};

// What a SelfSubjectRulesReview tells about one namespace: enough to say yes. To say no, the cluster has to be asked,
// since it may have authorizers that cannot list what they allow.
using access_rules = std::vector<access_rule>;

// Errors: unavailable when it is no such review.
result<access_rules> parse_access_rules(const json& review);

// Whether one of the rules allows it, as RBAC reads rules. Pure.
bool grants(const access_rules& rules, const access_question& question);

}  // namespace leadsman::kube
