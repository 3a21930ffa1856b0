#include "unit/store/contract.hpp"

namespace leadsman::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(StoreContract, GivesEventsInPages) {
  ASSERT_TRUE(admit(request_of(1)));
  ASSERT_TRUE(admit(request_of(2)));
  ASSERT_TRUE(save(1, events_of({"b", "c", "d"})));
  ASSERT_TRUE(save(2, events_of({"other"})));
  EXPECT_THAT(messages(1, 0, 2), ElementsAre("1 created", "2 b"));
  EXPECT_THAT(messages(1, 2, 2), ElementsAre("3 c", "4 d"));
  EXPECT_THAT(messages(1, 3, 100), ElementsAre("4 d"));
  EXPECT_THAT(messages(1, 4, 100), IsEmpty());
  EXPECT_THAT(messages(1, UINT64_MAX, 100), IsEmpty());
  EXPECT_THAT(messages(1, 0, 0), IsEmpty());
  EXPECT_THAT(messages(1, 0, -1), IsEmpty());
}

TEST_P(StoreContract, ListsNewestFirstAsFarAsAskedFor) {
  for (const int number : {2, 5, 1, 4, 3}) {
    new_deployment request = request_of(number);
    if (number % 2 == 0) request.deployment.environment = "production";
    if (number >= 3) request.deployment.release.name = "api";
    if (number == 5) request.deployment.release.cluster = "prod";
    ASSERT_TRUE(admit(request));
  }
  const model::release_id api{"dev", "shop", "api"};
  EXPECT_THAT(listed({}), ElementsAre(id_of(5), id_of(4), id_of(3), id_of(2), id_of(1)));
  EXPECT_THAT(listed({.limit = 2}), ElementsAre(id_of(5), id_of(4)));
  EXPECT_THAT(listed({.limit = -1}), IsEmpty());
  EXPECT_THAT(listed({.release = api}), ElementsAre(id_of(4), id_of(3)));
  EXPECT_THAT(listed({.environment = "production"}), ElementsAre(id_of(4), id_of(2)));
  EXPECT_THAT(listed({.release = api, .environment = "production"}), ElementsAre(id_of(4)));
  EXPECT_THAT(listed({.environment = "nowhere"}), IsEmpty());
}

TEST_P(StoreContract, ListsThoseOfOneMomentInTheOrderOfTheirIds) {
  for (const int number : {2, 3, 1}) {
    new_deployment request = request_of(number);
    request.deployment.created_at = k_noon;
    ASSERT_TRUE(admit(request));
  }
  EXPECT_THAT(listed({}), ElementsAre(id_of(3), id_of(2), id_of(1)));
}

TEST_P(StoreContract, ListsDeploymentsWithoutTheirSteps) {
  ASSERT_TRUE(admit(request_of(1)));
  change what;
  what.step = model::step_record{};
  ASSERT_TRUE(save(1, what));
  model::deployment expected = find(1);
  EXPECT_EQ(expected.steps.size(), 1u);
  expected.steps.clear();
  EXPECT_THAT(await(store_->list({})).value(), ElementsAre(expected));
}

TEST_P(StoreContract, NamesTheUnfinishedOldestFirst) {
  for (const int number : {3, 1, 2, 4}) ASSERT_TRUE(admit(request_of(number)));
  ASSERT_TRUE(save(2, ending(model::phase::rolled_back)));
  change paused;
  paused.state = model::state{.phase = model::phase::paused};
  ASSERT_TRUE(save(4, paused));
  EXPECT_THAT(await(store_->unfinished()).value(), ElementsAre(id_of(1), id_of(3), id_of(4)));
  reopen();
  EXPECT_THAT(await(store_->unfinished()).value(), ElementsAre(id_of(1), id_of(3), id_of(4)));
}

TEST_P(StoreContract, TakesANonceOnceAlsoAfterARestart) {
  const auto remember = [&](const char* key, const char* nonce) {
    return await(store_->remember_nonce(key, nonce, k_noon + 5min)).value();
  };
  EXPECT_TRUE(remember("jo", "n1"));
  EXPECT_FALSE(remember("jo", "n1"));
  EXPECT_TRUE(remember("jo", "n2"));
  EXPECT_TRUE(remember("ann", "n1"));
  reopen();
  EXPECT_FALSE(remember("jo", "n1"));
  EXPECT_FALSE(remember("ann", "n1"));
  EXPECT_TRUE(remember("jo", "n3"));
}

}  // namespace
}  // namespace leadsman::store
