#include <sqlite3.h>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/journal.hpp"
#include "store/sqlite/open.hpp"
#include "unit/store/contract.hpp"

namespace leadsman::store {
namespace {

using testing::ElementsAre;

class WriteTogether : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(open_sqlite(folder_.path()));  // makes and migrates it, and lets go of it
    db_ = sqlite::connect(folder_.path() / "leadsman.db", durability::machine).value();
    for (int number : {1, 2, 3}) ASSERT_TRUE(sqlite::admit({*db_, charts_}, request_of(number), always_create));
    sqlite3_commit_hook(db_->getHandle(), count_commit, &commits_);
  }

  static int count_commit(void* commits) {
    ++*static_cast<int*>(commits);
    return 0;  // it may go on
  }

  using write = std::shared_ptr<sqlite::pending_write>;

  // Keeps how its events were numbered.
  write saving(int number, change what) {
    return std::make_shared<sqlite::pending_write>([this, number, what = std::move(what)](SQLite::Database& db) -> result<void> {
      LEADSMAN_TRY(saved_[number], sqlite::save(db, id_of(number), what));
      return {};
    });
  }
  write remembering(const std::string& nonce) {
    return std::make_shared<sqlite::pending_write>([this, nonce](SQLite::Database& db) -> result<void> {
      LEADSMAN_TRY(fresh_[nonce], sqlite::remember_nonce(db, "key", nonce, k_noon + 5min));
      return {};
    });
  }
  std::vector<std::string> messages(int number) {
    const auto events = sqlite::events(*db_, id_of(number), 0, 100).value();
    std::vector<std::string> found;
    for (const model::event& e : events) found.push_back(fmt::format("{} {}", e.seq, e.message));
    return found;
  }

  temporary_folder folder_;
  sqlite::chart_files charts_{folder_.path() / "charts"};
  std::unique_ptr<SQLite::Database> db_;
  int commits_ = 0;
  std::map<int, std::vector<model::event>> saved_;  // by the number of the deployment
  std::map<std::string, bool> fresh_;               // by the nonce
};

TEST_F(WriteTogether, WaitsForTheDiskOnce) {
  const std::vector together{saving(1, events_of({"a"})), saving(2, events_of({"b", "c"})), saving(1, events_of({"d"}))};
  sqlite::write_together(*db_, together);
  EXPECT_EQ(commits_, 1);
  for (const auto& one : together) ASSERT_TRUE(one->outcome && *one->outcome);
  EXPECT_EQ(saved_[2].back().seq, 3u);
  EXPECT_EQ(saved_[1].back().seq, 3u) << "after the one that came before it";
  EXPECT_THAT(messages(1), ElementsAre("1 created", "2 a", "3 d"));
  EXPECT_THAT(messages(2), ElementsAre("1 created", "2 b", "3 c"));
}

TEST_F(WriteTogether, SavesAndNonces) {
  sqlite::write_together(*db_, {remembering("used")});
  commits_ = 0;
  sqlite::write_together(*db_, {remembering("new"), saving(1, events_of({"a"})), remembering("used")});
  EXPECT_EQ(commits_, 1);
  EXPECT_TRUE(fresh_["new"]);
  EXPECT_FALSE(fresh_["used"]);
  EXPECT_THAT(messages(1), ElementsAre("1 created", "2 a"));
}

TEST_F(WriteTogether, OneThatIsRefusedChangesNothingAndKeepsNoneFromBeingSaved) {
  change planned = events_of({"planned"});
  planned.plan = "{}";
  sqlite::write_together(*db_, {saving(2, planned)});
  change again = events_of({"planned again"});
  again.state = model::state{.phase = model::phase::deploying};
  again.plan = "{}";
  const std::vector together{saving(1, events_of({"a"})), saving(2, again), saving(9, events_of({"nobody"})), saving(3, events_of({"b"}))};
  sqlite::write_together(*db_, together);
  EXPECT_TRUE(*together[0]->outcome);
  EXPECT_EQ(together[1]->outcome->error().code, errc::internal);
  EXPECT_EQ(together[2]->outcome->error().code, errc::not_found);
  EXPECT_TRUE(*together[3]->outcome);
  EXPECT_THAT(messages(2), ElementsAre("1 created", "2 planned"));
  EXPECT_EQ(sqlite::find(*db_, id_of(2)).value()->state.phase, model::phase::pending);
  EXPECT_THAT(messages(3), ElementsAre("1 created", "2 b"));
}

// As when the disk has room for some of them only.
TEST_F(WriteTogether, EachIsTriedAloneWhenTheTransactionFails) {
  const int64_t pages = db_->execAndGet("PRAGMA page_count").getInt64();
  db_->exec(fmt::format("PRAGMA max_page_count = {}", pages + 8));
  const std::vector together{saving(1, events_of({"a"})), saving(2, events_of({std::string(1'000'000, 'x')})), saving(3, events_of({"b"}))};
  sqlite::write_together(*db_, together);
  EXPECT_TRUE(*together[0]->outcome);
  EXPECT_EQ(together[1]->outcome->error().code, errc::unavailable);
  EXPECT_TRUE(*together[2]->outcome);
  EXPECT_THAT(messages(1), ElementsAre("1 created", "2 a"));
  EXPECT_THAT(messages(2), ElementsAre("1 created"));
  EXPECT_THAT(messages(3), ElementsAre("1 created", "2 b"));
}

}  // namespace
}  // namespace leadsman::store
