#include "plugin/grants.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::plugin {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char* k_gateway = "gateway.networking.k8s.io/v1";
const kube::object_ref k_route{k_gateway, "HTTPRoute", "shop", "web"};
const router_reach k_reach{{{"gateway.networking.k8s.io", "HTTPRoute", {"edge"}}, {"", "Service", {}}}, "shop"};

json object_of(const kube::object_ref& ref) {
  return {{"apiVersion", ref.api_version}, {"kind", ref.kind}, {"metadata", {{"namespace", ref.name_space}, {"name", ref.name}}}};
}

struct wish {
  const char* name;
  kube::object_ref ref;
  bool granted;
};

class Grant : public testing::TestWithParam<wish> {};

TEST_P(Grant, DecidesWhatARouterMayAskFor) { EXPECT_EQ(check_asked({GetParam().ref}, k_reach).has_value(), GetParam().granted); }

INSTANTIATE_TEST_SUITE_P(Wishes, Grant,
                         testing::Values(wish{"OfItsKind", k_route, true},
                                         wish{"OfAnotherVersion", {"gateway.networking.k8s.io/v1beta1", "HTTPRoute", "shop", "web"}, true},
                                         wish{"OfTheCoreGroup", {"v1", "Service", "shop", "web"}, true},
                                         wish{"InANamespaceThatWasNamed", {k_gateway, "HTTPRoute", "edge", "web"}, true},
                                         wish{"InAnotherNamespace", {k_gateway, "HTTPRoute", "bank", "web"}, false},
                                         wish{"InTheNamespaceOfAnotherGrant", {"v1", "Service", "edge", "web"}, false},
                                         wish{"OfNoNamespace", {k_gateway, "HTTPRoute", "", "web"}, false},
                                         wish{"OfAnotherKind", {k_gateway, "GRPCRoute", "shop", "web"}, false},
                                         wish{"OfAnotherGroup", {"example.com/v1", "HTTPRoute", "shop", "web"}, false},
                                         wish{"OfAGroupThatBeginsTheSame", {"gateway.networking.k8s.io.example.com/v1", "HTTPRoute", "shop", "web"}, false}),
                         [](const auto& tested) { return tested.param.name; });

TEST(Grant, IsSaidWhenItIsNotEnough) {
  const auto refused = check_asked({{"v1", "Secret", "shop", "db"}}, k_reach);
  EXPECT_EQ(refused.error().code, errc::forbidden);
  EXPECT_EQ(refused.error().message,
            "asks for v1 Secret shop/db, and is granted gateway.networking.k8s.io/HTTPRoute (there and in edge), Service in the namespace shop");
  EXPECT_THAT(check_asked({k_route}, {{}, "shop"}).error().message, HasSubstr("is granted nothing"));
}

TEST(Change, IsOfWhatWasAskedForAndMadeAlone) {
  const kube::object_ref other{k_gateway, "HTTPRoute", "shop", "other"}, secret{"v1", "Secret", "shop", "db"};
  EXPECT_TRUE(check_change({{object_of(k_route)}, {}}, {k_route}, {}, k_reach));
  EXPECT_TRUE(check_change({{}, {other}}, {k_route}, {other}, k_reach));
  EXPECT_THAT(check_change({{object_of(other)}, {}}, {k_route}, {}, k_reach).error().message, HasSubstr("never asked for it"));
  EXPECT_THAT(check_change({{object_of(secret)}, {}}, {secret}, {}, k_reach).error().message, HasSubstr("wants to write v1 Secret shop/db"));
  EXPECT_THAT(check_change({{}, {k_route}}, {k_route}, {}, k_reach).error().message, HasSubstr("which was not made for it"));
  EXPECT_THAT(check_change({{}, {secret}}, {k_route}, {secret}, k_reach).error().message, HasSubstr("and is granted"));
}

}  // namespace
}  // namespace leadsman::plugin
