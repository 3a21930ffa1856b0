#include "unit/store/contract.hpp"

namespace leadsman::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST_P(StoreContract, KeepsEveryFieldOfANewDeployment) {
  ASSERT_TRUE(await(store_->put_chart(digest_of(1), "tar")));
  new_deployment request = request_of(1);
  model::deployment& d = request.deployment;
  d.version = "1.2.3";
  d.chart = {digest_of(1), "web", "0.4.0", "charts/web"};
  d.policy.on_cancel = model::on_cancel::proceed;
  d.policy.tests = model::tests::allow_missing;
  d.policy.timeout = 90s;
  d.origin = {"acme/shop", "deploy", "4711", 2, "deploy", "__run", R"({"zone":"a"})", "jo", "https://example.com/4711"};
  d.principal = "github:acme/shop";
  d.request_digest = "abc";
  d.asked_reason = "quote ' and umlaut ü";
  d.asked_revision = 7;
  request.sealed_request = std::string("bytes\0\xff", 7);

  const auto created = admit(request);
  ASSERT_TRUE(created) << created.error().message;
  EXPECT_EQ(created->outcome, admission::create);
  d.last_seq = 1;
  EXPECT_EQ(created->deployment, d);
  reopen();
  EXPECT_EQ(find(1), d);
  EXPECT_EQ(await(store_->sealed_request(id_of(1))), request.sealed_request);
  EXPECT_THAT(messages(1), ElementsAre("1 created"));
}

TEST_P(StoreContract, AsksWithNothingForAKeyThatIsNew) {
  bool asked = false;
  const auto created = admit(request_of(1), [&](const std::optional<model::deployment>& newest) {
    asked = true;
    EXPECT_FALSE(newest);
    return admission::create;
  });
  EXPECT_TRUE(asked);
  EXPECT_EQ(created->deployment.attempt, 1);
}

TEST_P(StoreContract, AttachesWithoutStoringAnything) {
  ASSERT_TRUE(admit(request_of(1)));
  new_deployment again = request_of(2);
  again.deployment.idempotency_key = "key-1";
  const auto attached = admit(again, [](const auto&) { return admission::attach; });
  ASSERT_TRUE(attached);
  EXPECT_EQ(attached->outcome, admission::attach);
  EXPECT_EQ(attached->deployment, find(1));
  EXPECT_FALSE(is_there(2));
  EXPECT_THAT(messages(1), ElementsAre("1 created"));
}

TEST_P(StoreContract, ReportsAConflictWithTheOneItIsInConflictWith) {
  ASSERT_TRUE(admit(request_of(1)));
  new_deployment other = request_of(2);
  other.deployment.idempotency_key = "key-1";
  const auto refused = admit(other, [](const auto&) { return admission::conflict; });
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->outcome, admission::conflict);
  EXPECT_EQ(refused->deployment.id, id_of(1));
  EXPECT_FALSE(is_there(2));
}

TEST_P(StoreContract, CountsAttemptsOfAKeyAndAsksAboutTheNewestOne) {
  for (const int number : {1, 2, 3}) {
    new_deployment request = request_of(number);
    request.deployment.idempotency_key = "same";
    request.deployment.created_at = k_noon - number * 1min;  // the clock went back: the attempt decides, not the time
    const auto created = admit(request, [&](const std::optional<model::deployment>& newest) {
      EXPECT_EQ(newest ? newest->id : "", number == 1 ? "" : id_of(number - 1));
      EXPECT_TRUE(!newest || newest->state.phase == model::phase::failed);
      return admission::create;
    });
    ASSERT_TRUE(created);
    EXPECT_EQ(created->deployment.attempt, number);
    EXPECT_EQ(find(number).attempt, number);
    ASSERT_TRUE(save(number, ending(model::phase::failed)));
  }
  EXPECT_EQ(messages(3).front(), "1 created, attempt 3") << "the first event knows it, too";
}

TEST_P(StoreContract, RefusesADeploymentOfAChartThatIsNotThere) {
  new_deployment request = request_of(1);
  request.deployment.chart.digest = digest_of(9);
  const auto refused = admit(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::invalid_input);
  EXPECT_EQ(refused.error().field, "chart.digest");
  EXPECT_FALSE(is_there(1));
}

TEST_P(StoreContract, RefusesASecondDeploymentOfTheSameId) {
  ASSERT_TRUE(admit(request_of(1)));
  new_deployment twin = request_of(1);
  twin.deployment.idempotency_key = "another";
  EXPECT_EQ(admit(twin).error().code, errc::internal);
  EXPECT_EQ(find(1).idempotency_key, "key-1");
}

TEST_P(StoreContract, FindsNothingForAnUnknownIdAndSaysSoWhereSomethingIsNeeded) {
  EXPECT_EQ(await(store_->find(id_of(1))), std::nullopt);
  EXPECT_EQ(await(store_->sealed_request(id_of(1))).error().code, errc::not_found);
  EXPECT_EQ(await(store_->events(id_of(1), 0, 10)).error().code, errc::not_found);
  const auto saved = save(1, events_of({"x"}));
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, errc::not_found);
  EXPECT_THAT(saved.error().message, HasSubstr(id_of(1)));
}

}  // namespace
}  // namespace leadsman::store
