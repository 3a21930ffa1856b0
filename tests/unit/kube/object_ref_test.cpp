#include "kube/object_ref.hpp"

#include <gtest/gtest.h>

#include "from_yaml.hpp"

namespace leadsman::kube {
namespace {

using test::from_yaml;

TEST(ObjectRef, ReadsAndNamesAnObject) {
  const json object = from_yaml("{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}}");
  EXPECT_EQ(ref_of(object), (object_ref{"apps/v1", "Deployment", "shop", "web"}));
  EXPECT_EQ(to_string(ref_of(object)), "Deployment shop/web");
  EXPECT_EQ(to_string(object_ref{"v1", "Namespace", "", "shop"}), "Namespace shop");
}

TEST(ObjectRef, ReadingNeverFails) {
  const json object = from_yaml("{a: {b: [1, {c: text}]}, number: 5, flag: true}");
  EXPECT_EQ(text_at(object, "/a/b/1/c"), "text");
  EXPECT_EQ(text_at(object, "/a/b/7/c", "none"), "none");
  EXPECT_EQ(text_at(object, "/number", "none"), "none");
  EXPECT_EQ(number_at(object, "/number"), 5);
  EXPECT_EQ(number_at(object, "/flag", -1), -1);
  EXPECT_TRUE(flag_at(object, "/flag"));
  EXPECT_TRUE(at(json("text"), "/a").is_null());
  EXPECT_EQ(ref_of(nullptr), (object_ref{"", "", "", ""}));
}

TEST(ObjectRef, LabelsAndAnnotationsMayHaveSlashes) {
  const json object = from_yaml("{metadata: {labels: {app.kubernetes.io/name: web}, annotations: {leadsman/holder: me}}}");
  EXPECT_EQ(label_of(object, "app.kubernetes.io/name"), "web");
  EXPECT_EQ(annotation_of(object, "leadsman/holder"), "me");
  EXPECT_EQ(label_of(object, "other"), "");
}

TEST(ObjectRef, SelectorsSelectWhatTheirTextSays) {
  const json selector = from_yaml(
      "{matchLabels: {app: web}, matchExpressions: [{key: tier, operator: In, values: [a, b]}, {key: canary, operator: DoesNotExist}, {key: x, operator: Exists}, {key: z, operator: NotIn, values: [q]}]}");
  EXPECT_EQ(selector_text(selector), "app=web,tier in (a,b),!canary,x,z notin (q)");
  EXPECT_TRUE(selects(selector, from_yaml("{app: web, tier: b, x: '1'}")));
  EXPECT_FALSE(selects(selector, from_yaml("{app: web, tier: c, x: '1'}")));
  EXPECT_FALSE(selects(selector, from_yaml("{app: web, tier: a, x: '1', canary: 'yes'}")));
  EXPECT_FALSE(selects(selector, from_yaml("{app: web, tier: a, x: '1', z: q}")));
  EXPECT_FALSE(selects(selector, from_yaml("{tier: a, x: '1'}")));
  EXPECT_TRUE(selects(json::object(), from_yaml("{a: b}")));
}

TEST(CommonSelector, IsWhatAllAskFor) {
  const json web = json::parse(R"({"matchLabels": {"app": "shop", "part": "web"}})");
  const json jobs = json::parse(R"({"matchLabels": {"app": "shop", "part": "jobs"}, "matchExpressions": [{"key": "x", "operator": "Exists"}]})");
  EXPECT_EQ(selector_text(common_selector({web, jobs})), "app=shop");
  EXPECT_EQ(selector_text(common_selector({web})), "app=shop,part=web");
  EXPECT_EQ(selector_text(common_selector({web, json::parse(R"({"matchExpressions": []})")})), "") << "everything";
  EXPECT_EQ(selector_text(common_selector({})), "");
}

}  // namespace
}  // namespace leadsman::kube
