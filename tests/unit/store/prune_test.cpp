#include "unit/store/contract.hpp"

namespace leadsman::store {
namespace {

using testing::ElementsAre;

class StorePrune : public StoreContract {
 protected:
  // Finished at k_noon plus `number` minutes.
  void finished(int number, const std::string& release = "web") {
    new_deployment request = request_of(number);
    request.deployment.release.name = release;
    ASSERT_TRUE(admit(request));
    ASSERT_TRUE(save(number, ending(model::phase::succeeded, k_noon + number * 1min)));
  }
  void prune(wall_time at, std::chrono::milliseconds max_age, int keep) {
    const auto done = await(store_->prune({.now = at, .max_age = max_age, .keep_per_release = keep}));
    ASSERT_TRUE(done) << done.error().message;
  }
};

TEST_P(StorePrune, ForgetsTheOldButNotTheNewestOfEachRelease) {
  for (const int number : {1, 2, 3, 4}) finished(number, "web");
  finished(0, "api");
  prune(k_noon + 24h, 1h, 2);
  EXPECT_THAT(listed({}), ElementsAre(id_of(4), id_of(3), id_of(0)));
  EXPECT_EQ(await(store_->events(id_of(1), 0, 10)).error().code, errc::not_found);
  EXPECT_EQ(await(store_->sealed_request(id_of(1))).error().code, errc::not_found);
}

TEST_P(StorePrune, KeepsWhatIsYoungerThanTheLimit) {
  for (const int number : {1, 2, 3, 4}) finished(number);
  prune(k_noon + 1h + 3min, 1h, 0);
  EXPECT_THAT(listed({}), ElementsAre(id_of(4), id_of(3)));
}

TEST_P(StorePrune, NeverForgetsWhatHasNotFinished) {
  ASSERT_TRUE(admit(request_of(1)));
  finished(2);
  prune(k_noon + 24h * 365, 1h, 0);
  EXPECT_THAT(listed({}), ElementsAre(id_of(1)));
}

TEST_P(StorePrune, ForgetsMoreThanOneBatch) {
  for (int number = 1; number <= 205; ++number) finished(number);
  prune(k_noon + 24h * 365, 1h, 1);
  EXPECT_THAT(listed({.limit = 1000}), ElementsAre(id_of(205)));
}

TEST_P(StorePrune, ForgetsExpiredNoncesOnly) {
  ASSERT_TRUE(await(store_->remember_nonce("jo", "old", k_noon)).value());
  ASSERT_TRUE(await(store_->remember_nonce("jo", "valid", k_noon + 1ms)).value());
  prune(k_noon, 1h, 0);
  EXPECT_TRUE(await(store_->remember_nonce("jo", "old", k_noon)).value());
  EXPECT_FALSE(await(store_->remember_nonce("jo", "valid", k_noon + 1ms)).value());
}

TEST_P(StorePrune, ForgetsAChartOnceNobodyMentionsItAndItIsOld) {
  for (const int chart : {1, 2}) ASSERT_TRUE(await(store_->put_chart(digest_of(chart), "tar")));
  new_deployment request = request_of(1);
  request.deployment.chart.digest = digest_of(1);
  ASSERT_TRUE(admit(request));
  ASSERT_TRUE(save(1, ending(model::phase::succeeded)));

  prune(now() + 59min, 1h, 1);  // the chart's own age counts from when it was put
  EXPECT_EQ(await(store_->has_chart(digest_of(2))), true) << "just uploaded, not mentioned yet";
  prune(now() + 2h, 1h, 1);
  EXPECT_EQ(await(store_->has_chart(digest_of(2))), false);
  EXPECT_EQ(await(store_->has_chart(digest_of(1))), true) << "mentioned by a deployment that is kept";
  prune(now() + 24h * 365, 1h, 0);
  EXPECT_EQ(await(store_->has_chart(digest_of(1))), false);
  EXPECT_TRUE(await(store_->put_chart(digest_of(1), "tar")));
  EXPECT_EQ(await(store_->chart(digest_of(1))), "tar");
}

INSTANTIATE_TEST_SUITE_P(On, StorePrune, testing::ValuesIn(backends()),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace leadsman::store
