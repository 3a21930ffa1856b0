#include "kube/endpoints.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "from_yaml.hpp"

namespace leadsman::kube {
namespace {

using test::from_yaml;

TEST(Endpoints, CountsEachAddressOnce) {
  const std::vector<json> slices{
      from_yaml("endpoints: [{addresses: [10.0.0.1], conditions: {ready: true}, targetRef: {kind: Pod, name: web-a}}, {addresses: [10.0.0.2], conditions: {ready: false}, targetRef: {kind: Pod, name: web-b}}]"),
      from_yaml("endpoints: [{addresses: [10.0.0.1], conditions: {ready: true}, targetRef: {kind: Pod, name: web-a}}, {addresses: [10.0.0.3], conditions: {}}]"),
  };
  const service_endpoints counted = count_endpoints(slices);
  EXPECT_EQ(counted.ready, 2);
  EXPECT_EQ(counted.not_ready, 1);
  EXPECT_THAT(counted.ready_pods, testing::ElementsAre("web-a"));
}

TEST(Endpoints, ASliceWithoutEndpointsIsEmpty) {
  EXPECT_EQ(count_endpoints({from_yaml("endpoints: null"), from_yaml("kind: EndpointSlice")}).ready, 0);
}

}  // namespace
}  // namespace leadsman::kube
