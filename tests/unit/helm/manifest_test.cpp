#include "helm/manifest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::helm {
namespace {

constexpr std::string_view k_manifest = R"(---
# Source: shop/templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  text: |
    ---
    not a separator
---
# Source: shop/templates/empty.yaml
---
# only a comment
--- # trailing
# Source: shop/templates/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: front}
spec:
  replicas: 3
  template:
    spec:
      initContainers: [{name: migrate, image: "tool:1"}]
      containers: [{name: app, image: "shop:2"}, {name: side, image: "proxy:3"}]
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}}}
- {apiVersion: v1, kind: Service, metadata: {name: outside}, spec: {type: ExternalName}}
---
{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"nightly"},"spec":{"jobTemplate":{"spec":{"template":{"spec":{"containers":[{"name":"job","image":"job:1"}]}}}}}}
)";

TEST(SplitManifest, GivesEachObjectItsTextSourceAndNamespace) {
  const auto objects = split_manifest(k_manifest, "store");
  ASSERT_TRUE(objects);
  std::vector<std::string> seen;
  for (const object& one : *objects) seen.push_back(one.kind + " " + one.object_namespace + "/" + one.name + " " + one.source);
  EXPECT_EQ(seen, (std::vector<std::string>{"ConfigMap store/settings shop/templates/config.yaml", "Deployment front/web shop/templates/web.yaml",
                                            "Service store/web shop/templates/web.yaml", "Service store/outside shop/templates/web.yaml",
                                            "CronJob store/nightly shop/templates/web.yaml"}));
  EXPECT_EQ(objects->at(0).text,
            "# Source: shop/templates/config.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  text: |\n    ---\n    not a separator\n");
  EXPECT_EQ(objects->at(0).value["data"]["text"], "---\nnot a separator\n");
  EXPECT_EQ(json::parse(objects->at(2).text)["metadata"]["name"], "web");
}

TEST(SplitManifest, TakesWindowsLineEndsAndNoTrailingNewline) {
  const auto objects = split_manifest("apiVersion: v1\r\nkind: A\r\nmetadata: {name: a}\r\n---\r\napiVersion: v1\nkind: B\nmetadata: {name: b}", "n");
  ASSERT_TRUE(objects);
  EXPECT_EQ(objects->size(), 2U);
  EXPECT_TRUE(split_manifest("", "n")->empty());
}

TEST(SplitManifest, TakesForAListWhatHelmTakesForOne) {
  const auto objects = split_manifest("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: outer}\nitems: [{apiVersion: v1, kind: Secret, metadata: {name: inner, namespace: other}}]\n", "n");
  ASSERT_TRUE(objects);
  ASSERT_EQ(objects->size(), 1u);
  EXPECT_EQ(objects->front().name, "inner");
  EXPECT_EQ(objects->front().object_namespace, "other");
}

TEST(SplitManifest, ANameThatTheServerGivesIsOnlyForWhatIsCreated) {
  const std::string_view generated = "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: once-}\n";
  EXPECT_FALSE(split_manifest(generated, "n"));
  const auto created = split_created(generated, "n");
  ASSERT_TRUE(created);
  EXPECT_EQ(created->front().name, "once-");
  EXPECT_FALSE(split_created("apiVersion: batch/v1\nkind: Job\nmetadata: {}\n", "n"));
}

TEST(SplitManifest, NamesTheTemplateThatIsWrong) {
  const auto broken = split_manifest("---\n# Source: shop/templates/a.yaml\na: [1\nb: 2\n", "n");
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().field, testing::StartsWith("shop/templates/a.yaml"));
  const auto nameless = split_manifest("# Source: shop/templates/b.yaml\napiVersion: v1\nkind: Pod\n", "n");
  ASSERT_FALSE(nameless);
  EXPECT_EQ(nameless.error().field, "shop/templates/b.yaml");
}

TEST(Workloads, ListsImagesOfAllContainersAndReplicasOnlyWhereSaid) {
  const auto found = workloads(split_manifest(k_manifest, "store").value());
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "web");
  EXPECT_EQ(found[0].replicas, 3);
  EXPECT_EQ(found[0].images, (std::map<std::string, std::string>{{"migrate", "tool:1"}, {"app", "shop:2"}, {"side", "proxy:3"}}));
  EXPECT_EQ(found[1].kind, "CronJob");
  EXPECT_EQ(found[1].replicas, std::nullopt);
  EXPECT_EQ(found[1].images, (std::map<std::string, std::string>{{"job", "job:1"}}));
}

TEST(Services, TellsWhichHaveEndpointsOfTheirOwn) {
  const auto found = services(split_manifest(k_manifest, "store").value());
  ASSERT_EQ(found.size(), 2U);
  EXPECT_TRUE(found[0].selects);
  EXPECT_FALSE(found[1].selects);
}

TEST(TestsOf, OrdersByWeightThenName) {
  const auto named = [](std::string name, int weight, std::string event) {
    hook one;
    one.name = std::move(name);
    one.weight = weight;
    one.events = {std::move(event)};
    return one;
  };
  const auto tests = tests_of({named("c", 0, "test"), named("x", -9, "pre-upgrade"), named("b", 0, "test-success"), named("a", 5, "test")});
  std::vector<std::string> names;
  for (const hook& one : tests) names.push_back(one.name);
  EXPECT_EQ(names, (std::vector<std::string>{"b", "c", "a"}));
}

}  // namespace
}  // namespace leadsman::helm
