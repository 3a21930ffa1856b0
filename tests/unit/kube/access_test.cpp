#include "kube/access.hpp"

#include <gtest/gtest.h>

#include "unit/kube/from_yaml.hpp"

namespace leadsman::kube {
namespace {

TEST(AccessRules, AllowWhatRbacWouldAllow) {
  const auto rules = parse_access_rules(test::from_yaml(R"(
status:
  resourceRules:
    - {verbs: [get, list], apiGroups: [""], resources: [pods, pods/log]}
    - {verbs: ["*"], apiGroups: [apps], resources: [deployments]}
    - {verbs: [patch], apiGroups: [""], resources: [configmaps], resourceNames: [web]}
    - {verbs: [get], apiGroups: ["*"], resources: ["*"]}
    - {verbs: [update], apiGroups: [apps], resources: ["*/scale"]}
)"));
  ASSERT_TRUE(rules);
  struct {
    const char* name;
    access_question question;
    bool allowed;
  } const rows[] = {
      {"named", {"list", "", "pods", "", "shop"}, true},
      {"another verb", {"watch", "", "pods", "", "shop"}, false},
      {"another group", {"list", "metrics.k8s.io", "pods", "", "shop"}, false},
      {"subresource", {"list", "", "pods", "log", "shop"}, true},
      {"subresource that is not named", {"list", "", "pods", "exec", "shop"}, false},
      {"any verb", {"deletecollection", "apps", "deployments", "", "shop"}, true},
      {"any verb is not any subresource", {"patch", "apps", "deployments", "status", "shop"}, false},
      {"by name", {"patch", "", "configmaps", "", "shop", "web"}, true},
      {"by another name", {"patch", "", "configmaps", "", "shop", "api"}, false},
      {"by name, but of all", {"patch", "", "configmaps", "", "shop"}, false},
      {"any resource", {"get", "example.com", "widgets", "", "shop", "w"}, true},
      {"any resource has its subresources", {"get", "example.com", "widgets", "status", "shop"}, true},
      {"one subresource of any resource", {"update", "apps", "statefulsets", "scale", "shop"}, true},
  };
  for (const auto& row : rows) EXPECT_EQ(grants(*rules, row.question), row.allowed) << row.name;
  EXPECT_FALSE(grants({}, rows[0].question));
}

TEST(AccessRules, AreRefusedWhenTheAnswerIsSomethingElse) {
  for (const char* text : {"{}", "[]", "status: {resourceRules: 3}"}) {
    const auto rules = parse_access_rules(test::from_yaml(text));
    ASSERT_FALSE(rules) << text;
    EXPECT_EQ(rules.error().code, errc::unavailable) << text;
  }
}

}  // namespace
}  // namespace leadsman::kube
