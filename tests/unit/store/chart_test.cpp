#include "unit/store/contract.hpp"

namespace leadsman::store {
namespace {

TEST_P(StoreContract, KeepsAChartByItsDigest) {
  const std::string archive = std::string("tar\0\xff", 5) + std::string(300'000, 'x');
  EXPECT_EQ(await(store_->has_chart(digest_of(1))), false);
  ASSERT_TRUE(await(store_->put_chart(digest_of(1), archive)));
  EXPECT_EQ(await(store_->has_chart(digest_of(1))), true);
  EXPECT_EQ(await(store_->has_chart(digest_of(2))), false);
  reopen();
  EXPECT_EQ(await(store_->has_chart(digest_of(1))), true);
  EXPECT_EQ(await(store_->chart(digest_of(1))), archive);
}

TEST_P(StoreContract, LeavesAChartThatIsThereAsItIs) {
  ASSERT_TRUE(await(store_->put_chart(digest_of(1), "first")));
  ASSERT_TRUE(await(store_->put_chart(digest_of(1), "second")));
  EXPECT_EQ(await(store_->chart(digest_of(1))), "first");
}

TEST_P(StoreContract, SaysThatAChartIsNotThere) {
  EXPECT_EQ(await(store_->chart(digest_of(1))).error().code, errc::not_found);
}

TEST_P(StoreContract, RefusesADigestThatIsNone) {
  for (const std::string& digest : {std::string(), std::string("abc"), std::string(64, 'A'), std::string(63, 'a') + "g",
                                    "../" + std::string(61, 'a'), std::string(65, 'a')}) {
    EXPECT_EQ(await(store_->put_chart(digest, "x")).error().code, errc::invalid_input) << digest;
    EXPECT_EQ(await(store_->has_chart(digest)).error().code, errc::invalid_input) << digest;
    EXPECT_EQ(await(store_->chart(digest)).error().code, errc::invalid_input) << digest;
  }
}

}  // namespace
}  // namespace leadsman::store
