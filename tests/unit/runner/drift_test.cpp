#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/observe.hpp"
#include "unit/runner/fake_cluster.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;
using testing::AnyOf;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(ManifestContent, IsWithoutWhatTheClusterAndHelmAdd) {
  const json live = json::parse(R"({
    "apiVersion": "apps/v1", "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "shop", "uid": "u", "resourceVersion": "7", "generation": 3,
                 "creationTimestamp": "2026-11-21T12:00:00Z", "managedFields": [{"manager": "helm"}],
                 "annotations": {"meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "shop", "team": "a"},
                 "labels": {"app.kubernetes.io/managed-by": "Helm", "app": "web"}},
    "spec": {"replicas": 3}, "status": {"readyReplicas": 3}})");
  EXPECT_EQ(manifest_content(live), json::parse(R"({
    "apiVersion": "apps/v1", "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "shop", "annotations": {"team": "a"}, "labels": {"app": "web"}},
    "spec": {"replicas": 3}})"));
}

TEST(ManifestContent, HasNoMapsThatHeldOnlyMarks) {
  const json live = json::parse(R"({"metadata": {"name": "web", "annotations": {"meta.helm.sh/release-name": "web"}, "labels": {"app.kubernetes.io/managed-by": "Helm"}}})");
  EXPECT_EQ(manifest_content(live), json::parse(R"({"metadata": {"name": "web"}})"));
}

TEST(ManifestContent, OfAnObjectWithoutMetadataIsTheRest) {
  EXPECT_EQ(manifest_content({{"kind", "X"}, {"status", 1}}), (json{{"kind", "X"}, {"metadata", nullptr}}));
}

std::vector<helm::object> objects_of(std::string_view manifest) { return helm::split_manifest(manifest, "shop").value(); }

TEST(WorkloadRefs, AreTheKindsThatCanBeJudged) {
  const auto refs = workload_refs(objects_of(R"(
{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}}
---
{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}
---
{"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "db", "namespace": "data"}}
---
{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "once"}}
---
{"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "node"}}
)"));
  std::vector<std::string> found;
  for (const kube::object_ref& ref : refs) found.push_back(ref.api_version + " " + kube::to_string(ref));
  EXPECT_THAT(found, ElementsAre("apps/v1 Deployment shop/web", "apps/v1 StatefulSet data/db", "apps/v1 DaemonSet shop/node"));
}

class Drift : public testing::Test {
 protected:
  static std::string config_map(const std::string& name, const std::string& value) {
    return json{{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}, {"namespace", "shop"}}}, {"data", {{"key", value}}}}.dump();
  }
  void put(const std::string& name, const std::string& value) { cluster_.put(json::parse(config_map(name, value))); }
  result<std::optional<std::string>> find(const std::string& manifest) { return run_on(io_, find_drift(*api_, objects_of(manifest))); }

  asio::io_context io_;
  fake_cluster cluster_{io_};
  std::unique_ptr<kube::client> api_ = cluster_.connect();
};

TEST_F(Drift, IsNoneWhereEverythingIsAsTheManifestSays) {
  put("a", "1");
  put("b", "1");
  EXPECT_EQ(find(config_map("a", "1") + "\n---\n" + config_map("b", "1")).value(), std::nullopt);
}

TEST_F(Drift, OfNothingIsNone) { EXPECT_EQ(find("").value(), std::nullopt); }

TEST_F(Drift, NamesTheObjectAndThePlace) {
  put("a", "1");
  put("b", "2");
  EXPECT_EQ(find(config_map("a", "1") + "\n---\n" + config_map("b", "1")).value(), "ConfigMap b differs at .data.key");
}

TEST_F(Drift, NamesAnObjectThatIsGone) { EXPECT_EQ(find(config_map("a", "1")).value(), "ConfigMap a is gone"); }

TEST_F(Drift, WritesKeysWithSlashesAsTheyAre) {
  put("a", "1");
  cluster_.applied = [](json live, const json&) {
    live["metadata"]["annotations"]["example.com/owner"] = "shop";
    live["metadata"]["annotations"]["team~x"] = "shop";
    return live;
  };
  json live = json::parse(config_map("a", "1"));
  live["metadata"]["annotations"] = {{"team~x", "shop"}};
  cluster_.put(live);
  EXPECT_EQ(find(config_map("a", "1")).value(), "ConfigMap a differs at .metadata.annotations.example.com/owner");
}

TEST_F(Drift, IsFoundAmongMoreObjectsThanAreLookedAtAtOnce) {
  std::string manifest;
  for (int i = 0; i < 20; ++i) {
    put("m" + std::to_string(i), i == 17 ? "2" : "1");
    manifest += "---\n" + config_map("m" + std::to_string(i), "1") + "\n";
  }
  EXPECT_EQ(find(manifest).value(), "ConfigMap m17 differs at .data.key");
}

TEST_F(Drift, ThatCannotBeCheckedIsAnError) {
  put("a", "1");
  cluster_.first = [](const std::string& method, const std::string&) { return method == "PATCH" ? std::optional(fake_cluster::failure(403, "patch is forbidden")) : std::nullopt; };
  const auto found = find(config_map("a", "1"));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, errc::forbidden);
}

TEST_F(Drift, IsLookedForWithoutEffect) {
  put("a", "2");
  ASSERT_TRUE(find(config_map("a", "1")).value());
  EXPECT_EQ(cluster_.object("/api/v1/namespaces/shop/configmaps/a")["data"]["key"], "2");
}

}  // namespace
}  // namespace leadsman::runner
