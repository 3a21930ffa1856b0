#include "kube/discovery.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "from_yaml.hpp"

namespace leadsman::kube {
namespace {

const char* const k_apps = R"({"kind":"APIResourceList","groupVersion":"apps/v1","resources":[
  {"name":"deployments","singularName":"deployment","namespaced":true,"kind":"Deployment","verbs":["get"]},
  {"name":"deployments/scale","namespaced":true,"group":"autoscaling","version":"v1","kind":"Scale"},
  {"name":"replicasets","namespaced":true,"kind":"ReplicaSet"}]})";

TEST(Discovery, KnowsKindsAndNotSubresources) {
  discovery_cache cache;
  EXPECT_FALSE(cache.knows("apps/v1"));
  cache.put("apps/v1", parse_resource_list(json::parse(k_apps)).value());
  EXPECT_EQ(cache.find("apps/v1", "Deployment")->plural, "deployments");
  EXPECT_TRUE(cache.find("apps/v1", "Deployment")->namespaced);
  EXPECT_FALSE(cache.find("apps/v1", "Scale"));
  EXPECT_FALSE(cache.find("v1", "Deployment"));
  EXPECT_THAT(cache.kinds("apps/v1"), testing::ElementsAre("Deployment", "ReplicaSet"));
}

TEST(Discovery, RefusesOtherAnswers) { EXPECT_EQ(parse_resource_list(json::parse("{}")).error().code, errc::invalid_input); }

TEST(Discovery, WritesPaths) {
  const resource_kind pods{"Pod", "pods", true}, nodes{"Node", "nodes", false};
  EXPECT_EQ(object_path({"v1", "Pod", "shop", "web-1"}, pods), "/api/v1/namespaces/shop/pods/web-1");
  EXPECT_EQ(object_path({"v1", "Pod", "", ""}, pods), "/api/v1/pods");
  EXPECT_EQ(object_path({"v1", "Node", "shop", "n"}, nodes), "/api/v1/nodes/n");
  EXPECT_EQ(object_path({"apps/v1", "Deployment", "shop", "a/../b"}, {"Deployment", "deployments", true}), "/apis/apps/v1/namespaces/shop/deployments/a%2F..%2Fb");
}

}  // namespace
}  // namespace leadsman::kube
