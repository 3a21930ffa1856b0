#include "runner/post_rendering.hpp"

#include <gmock/gmock.h>

#include "runner/reach_gate.hpp"

namespace leadsman::runner {
namespace {

using testing::HasSubstr;

constexpr const char* k_manifest = R"(apiVersion: v1
kind: ConfigMap
metadata: {name: shop-canary}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop-canary}
)";

twin::instructions canary() {
  twin::instructions how;
  how.release_namespace = "shop";
  how.keep = {"ConfigMap shop-canary"};
  how.leave_out = {"Ingress shop-canary"};
  return how;
}

std::string limits_of(const char* kind) { return dump_limits({{{"shop"}, false}, "shop", {{scope_key("v1", kind), object_scope::of_a_namespace}}}); }

TEST(PostRendering, AManifestThatStaysAsItIsNeedsNoWord) { EXPECT_EQ(to_word({}), ""); }

TEST(PostRendering, MakesACanaryOfWhatTheChartRenders) {
  const auto passed = post_render(k_manifest, to_word({canary(), ""}));
  ASSERT_TRUE(passed) << passed.error().message;
  EXPECT_THAT(*passed, HasSubstr("ConfigMap"));
  EXPECT_THAT(*passed, testing::Not(HasSubstr("Ingress")));
}

TEST(PostRendering, HoldsTheCanaryToTheLimitsOfWhoeverAsks) {
  EXPECT_TRUE(post_render(k_manifest, to_word({canary(), limits_of("ConfigMap")})));
  const auto held = post_render(k_manifest, to_word({canary(), limits_of("Secret")}));
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().code, errc::refused);
}

TEST(PostRendering, AWordThatItDoesNotKnowHoldsEverythingBack) {
  EXPECT_FALSE(post_render(k_manifest, "{\"twins\":{}}"));
  EXPECT_FALSE(post_render(k_manifest, "no JSON"));
}

}  // namespace
}  // namespace leadsman::runner
