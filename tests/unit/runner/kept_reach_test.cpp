#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/rollouts.hpp"
#include "runner/secrets.hpp"
#include "wire/request.hpp"

namespace leadsman::runner {
namespace {

const sign::secret_box k_box_of_reach{sign::secret_box::key{}};

model::deployment_request request_with_reach(model::request_kind kind) {
  model::deployment_request r;
  r.kind = kind;
  r.release = {"prod", "shop", "web"};
  if (kind == model::request_kind::deploy) r.chart.digest = std::string(64, 'a');
  return r;
}

TEST(KeptReach, ComesBackWithTheStoredRequest) {
  for (const auto kind : {model::request_kind::deploy, model::request_kind::rollback}) {
    for (const model::reach& allowed : {model::reach{}, model::reach{{"shop", "shop-*"}, true}}) {
      model::deployment_request r = request_with_reach(kind);
      r.reach = allowed;
      const auto back = unseal_request(k_box_of_reach, seal_request(k_box_of_reach, r));
      ASSERT_TRUE(back) << back.error().message;
      EXPECT_EQ(*back, r);
    }
  }
}

TEST(KeptReach, OfARequestThatAnOlderAgentKeptIsTheReleasesNamespaceUnlessTheLocalUserAsked) {
  const auto back = unseal_request(k_box_of_reach, seal_request(k_box_of_reach, request_with_reach(model::request_kind::deploy)));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_FALSE(back->reach);
  EXPECT_EQ(model::reach_of(*back, "key:ci"), model::reach{});
  EXPECT_EQ(model::reach_of(*back, "key:local"), model::reach{});
  EXPECT_TRUE(model::is_unlimited(model::reach_of(*back, "local")));
}

TEST(KeptReach, IsNoPartOfWhatACallerSends) {
  model::deployment_request r = request_with_reach(model::request_kind::deploy);
  r.reach = model::unlimited_reach();
  nlohmann::json body = wire::request_json(r);
  EXPECT_FALSE(body.contains("reach"));
  body["reach"] = {{"namespaces", {"*"}}, {"cluster_scoped", true}};
  const auto smuggled = wire::parse_request(body);
  ASSERT_FALSE(smuggled);
  EXPECT_EQ(smuggled.error().field, "reach");
}

// The names of a Secret's entries stand in every pod's environment; hidden, logs and plans would tell nothing.
TEST(SecretsToHide, AreTheValuesOfASecretAndNotTheNamesOfItsEntries) {
  const auto objects = helm::split_manifest(
                           "apiVersion: v1\nkind: Secret\nmetadata: {name: db-credentials}\n"
                           "data: {DATABASE_PASSWORD: aHVudGVyMg==}\nstringData: {API_TOKEN: sesame-open}\n",
                           "shop")
                           .value();
  EXPECT_THAT(secrets_in_manifest(objects), testing::UnorderedElementsAre("hunter2", "sesame-open"));
}

TEST(SecretsToHide, AreTheValuesBelowAKeyThatSpeaksOfThemAndNotTheKeys) {
  const auto values = nlohmann::json::parse(R"({"secrets": {"DATABASE_PASSWORD": "hunter2"}})");
  EXPECT_THAT(secrets_in_values(values), testing::ElementsAre("hunter2"));
}

}  // namespace
}  // namespace leadsman::runner
