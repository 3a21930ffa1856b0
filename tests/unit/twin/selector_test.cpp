#include "twin/selector.hpp"

#include <gmock/gmock.h>

namespace leadsman::twin {
namespace {

using nlohmann::json;

TEST(Selector, TakesPodsAsKubernetesDoes) {
  struct selector_case {
    const char* name;
    const char* selector;
    bool expected;
  };
  const json pod{{"app", "shop"}, {"tier", "web"}};
  const selector_case cases[]{
      {"all of its labels", R"({"matchLabels": {"app": "shop"}})", true},
      {"another value", R"({"matchLabels": {"app": "other"}})", false},
      {"one label more than the pod has", R"({"matchLabels": {"app": "shop", "release": "a"}})", false},
      {"a Service's plain mapping", R"({"app": "shop"})", true},
      {"a plain mapping of something else", R"({"app": "other"})", false},
      {"In", R"({"matchExpressions": [{"key": "tier", "operator": "In", "values": ["web", "api"]}]})", true},
      {"In, not listed", R"({"matchExpressions": [{"key": "tier", "operator": "In", "values": ["api"]}]})", false},
      {"NotIn", R"({"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["api"]}]})", true},
      {"NotIn, label absent", R"({"matchExpressions": [{"key": "zone", "operator": "NotIn", "values": ["a"]}]})", true},
      {"Exists", R"({"matchExpressions": [{"key": "zone", "operator": "Exists"}]})", false},
      {"DoesNotExist", R"({"matchExpressions": [{"key": "zone", "operator": "DoesNotExist"}]})", true},
      {"labels hold and an expression does not", R"({"matchLabels": {"app": "shop"}, "matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["shop"]}]})", false},
      {"an empty one", R"({})", false},
      {"none", "null", false},
  };
  for (const selector_case& c : cases) EXPECT_EQ(selects(json::parse(c.selector), pod), c.expected) << c.name;
}

}  // namespace
}  // namespace leadsman::twin
