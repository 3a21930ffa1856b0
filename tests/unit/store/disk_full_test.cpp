#include <sched.h>
#include <sys/mount.h>

#include <fstream>

#include "store/sqlite/open.hpp"
#include "unit/store/contract.hpp"

namespace leadsman::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int k_disk_size = 2 << 20;

// A small disk of its own, in a mount namespace that ends with the process.
class StoreOnASmallDisk : public testing::Test {
 protected:
  void SetUp() override {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("leadsman-test", disk_.path().c_str(), "tmpfs", 0, fmt::format("size={}", k_disk_size).c_str()) != 0) {
      GTEST_SKIP() << "needs the permission to mount";
    }
    mounted_ = true;
    store_ = open_sqlite(disk_.path() / "state").value();
    ASSERT_TRUE(await(store_->admit(request_of(1), always_create)));
  }
  void TearDown() override {
    store_.reset();
    if (mounted_) ::umount2(disk_.path().c_str(), MNT_DETACH);
  }

  // But for `left` bytes.
  void fill(uintmax_t left) {
    std::ofstream ballast(disk_.path() / "ballast", std::ios::binary | std::ios::app);
    const std::string page(4096, 'x');
    while (fs::space(disk_.path()).available > left && ballast.write(page.data(), 4096).flush()) {
    }
  }
  void free() { fs::remove(disk_.path() / "ballast"); }

  result<std::vector<model::event>> save_big(int number) {
    change what = events_of({std::to_string(number) + std::string(20'000, 'x'), std::to_string(number)});
    what.state = model::state{.phase = model::phase::deploying, .message = std::to_string(number)};
    return await(store_->save(id_of(1), what));
  }
  // State and events, as of the same save.
  void expect_saved(int number) {
    const model::deployment d = await(store_->find(id_of(1))).value().value();
    const auto events = await(store_->events(id_of(1), 0, 100'000)).value();
    EXPECT_EQ(d.state.message, number == 0 ? "" : std::to_string(number));
    EXPECT_EQ(d.last_seq, 1u + 2u * static_cast<unsigned>(number));
    ASSERT_EQ(events.size(), d.last_seq);
    for (size_t i = 0; i < events.size(); ++i) ASSERT_EQ(events[i].seq, i + 1);
  }

  temporary_folder disk_;
  bool mounted_ = false;
  std::unique_ptr<store> store_;
};

TEST_F(StoreOnASmallDisk, SavesNothingHalfWhenTheDiskIsFullAndGoesOnWhenThereIsSpace) {
  fill(200'000);
  int saved = 0;
  auto outcome = save_big(1);
  while (outcome) outcome = save_big(++saved + 1);
  ASSERT_GT(saved, 0);
  ASSERT_LT(saved, 1000);
  EXPECT_EQ(outcome.error().code, errc::unavailable);
  EXPECT_THAT(outcome.error().message, HasSubstr("full"));
  expect_saved(saved);
  EXPECT_FALSE(save_big(saved + 1)) << "still full";
  expect_saved(saved);

  free();
  EXPECT_TRUE(save_big(++saved));
  expect_saved(saved);
  store_.reset();
  store_ = open_sqlite(disk_.path() / "state").value();
  expect_saved(saved);
}

TEST_F(StoreOnASmallDisk, CanBeReadAndReopenedWhileTheDiskIsFull) {
  int saved = 0;
  fill(200'000);
  while (save_big(saved + 1)) ++saved;
  fill(0);
  store_.reset();
  auto reopened = open_sqlite(disk_.path() / "state");
  ASSERT_TRUE(reopened) << reopened.error().message;
  store_ = std::move(*reopened);
  expect_saved(saved);
  free();
  EXPECT_TRUE(save_big(saved + 1));
  expect_saved(saved + 1);
}

TEST_F(StoreOnASmallDisk, LeavesNothingOfAChartThatDoesNotFit) {
  const auto refused = await(store_->put_chart(digest_of(1), std::string(2 * k_disk_size, 'x')));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("full"));
  EXPECT_TRUE(fs::is_empty(disk_.path() / "state" / "charts"));
  EXPECT_EQ(await(store_->has_chart(digest_of(1))), false);
  EXPECT_TRUE(await(store_->put_chart(digest_of(1), "small")));
  EXPECT_EQ(await(store_->chart(digest_of(1))), "small");
}

TEST_F(StoreOnASmallDisk, AdmitsNothingHalfWhenTheDiskIsFull) {
  fill(0);
  new_deployment request = request_of(2);
  request.sealed_request = std::string(500'000, 'x');
  const auto refused = await(store_->admit(request, always_create));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::unavailable);
  EXPECT_EQ(await(store_->find(id_of(2))), std::nullopt);
  EXPECT_THAT(await(store_->unfinished()).value(), ElementsAre(id_of(1)));
  free();
  EXPECT_TRUE(await(store_->admit(request, always_create)));
  EXPECT_EQ(await(store_->sealed_request(id_of(2))).value().size(), 500'000u);
}

}  // namespace
}  // namespace leadsman::store
