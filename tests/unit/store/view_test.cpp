#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/sqlite/open.hpp"
#include "unit/store/contract.hpp"

// The tables that reports were promised, as views over our own.
namespace leadsman::store {
namespace {

using testing::ElementsAre;

std::vector<std::string> columns_of(SQLite::Database& db, const std::string& view) {
  const SQLite::Statement all(db, "SELECT * FROM " + view);
  std::vector<std::string> names;
  for (int i = 0; i < all.getColumnCount(); ++i) names.emplace_back(all.getColumnName(i));
  return names;
}

class StoreViews : public testing::Test {
 protected:
  void SetUp() override {
    store_ = open_sqlite(folder_.path()).value();
  }
  void admit(int number, const std::string& version = "") {
    new_deployment request = request_of(number);
    request.deployment.version = version;
    request.deployment.chart.version = "0.4.0";
    ASSERT_TRUE(await(store_->admit(request, always_create)));
  }
  void save(int number, change what) { ASSERT_TRUE(await(store_->save(id_of(number), std::move(what)))); }
  // Closes the store: it does not let anybody else read.
  SQLite::Database database() {
    store_.reset();
    return SQLite::Database(folder_.path() / "leadsman.db");
  }

  temporary_folder folder_;
  std::unique_ptr<store> store_;
};

TEST_F(StoreViews, HaveTheAgreedNamesAndColumns) {
  SQLite::Database db = database();
  EXPECT_THAT(columns_of(db, "deployments"),
              ElementsAre("id", "version", "environment", "deployment_status", "started_at", "completed_at",
                          "duration_ms", "rolled_back"));
  EXPECT_THAT(columns_of(db, "deployment_artifacts"),
              ElementsAre("id", "version", "artifact_type", "file_hash", "file_size", "created_at"));
  EXPECT_THAT(columns_of(db, "canary_deployments"),
              ElementsAre("deployment_id", "target_traffic_percent", "current_traffic_percent", "error_rate",
                          "latency_p99", "created_at"));
}

TEST_F(StoreViews, TellEveryPhaseInFiveWords) {
  using model::phase;
  using outcome = model::rollback_outcome;
  struct row {
    model::phase now;
    outcome rollback;
    const char* status;
    int rolled_back;
  };
  const std::vector<row> rows{
      {phase::pending, outcome::none, "pending", 0},
      {phase::waiting, outcome::none, "pending", 0},
      {phase::deploying, outcome::none, "in_progress", 0},
      {phase::analyzing, outcome::none, "in_progress", 0},
      {phase::paused, outcome::none, "in_progress", 0},
      {phase::promoting, outcome::none, "in_progress", 0},
      {phase::rolling_back, outcome::none, "in_progress", 0},
      {phase::succeeded, outcome::none, "succeeded", 0},
      {phase::succeeded, outcome::succeeded, "succeeded", 0},  // a rollback by hand
      {phase::kept, outcome::none, "failed", 0},
      {phase::failed, outcome::none, "failed", 0},
      {phase::failed, outcome::failed, "failed", 0},
      {phase::rolled_back, outcome::succeeded, "rolled_back", 1},
      {phase::declined, outcome::none, "failed", 0},
      {phase::canceled, outcome::none, "failed", 0},
      {phase::canceled, outcome::succeeded, "rolled_back", 1},
      {phase::superseded, outcome::none, "failed", 0},
  };
  for (size_t i = 0; i < rows.size(); ++i) {
    const int number = static_cast<int>(i);
    admit(number);
    change what;
    what.state = model::state{.phase = rows[i].now, .rollback = rows[i].rollback};
    if (model::is_final(rows[i].now)) what.finished_at = k_noon;
    save(number, what);
  }
  SQLite::Database db = database();
  for (size_t i = 0; i < rows.size(); ++i) {
    SQLite::Statement found(db, "SELECT deployment_status, rolled_back FROM deployments WHERE id = ?");
    found.bind(1, id_of(static_cast<int>(i)));
    ASSERT_TRUE(found.executeStep());
    const std::string name = fmt::format("{} with rollback {}", word_of(model::k_phase, rows[i].now),
                                         word_of(model::k_rollback_outcome, rows[i].rollback));
    EXPECT_EQ(found.getColumn(0).getString(), rows[i].status) << name;
    EXPECT_EQ(found.getColumn(1).getInt(), rows[i].rolled_back) << name;
  }
}

TEST_F(StoreViews, TellVersionsAndTimes) {
  admit(1, "2026.11");
  change start;
  start.started_at = k_noon + 2min;
  save(1, start);
  save(1, ending(model::phase::succeeded, k_noon + 2min + 1500ms));
  admit(2);  // runs, and was not given a version
  SQLite::Database db = database();
  SQLite::Statement row(db, "SELECT version, environment, started_at, completed_at, duration_ms"
                             "  FROM deployments ORDER BY id");
  ASSERT_TRUE(row.executeStep());
  EXPECT_EQ(row.getColumn(0).getString(), "2026.11");
  EXPECT_EQ(row.getColumn(1).getString(), "staging");
  EXPECT_EQ(row.getColumn(2).getInt64(), (k_noon + 2min).time_since_epoch().count());
  EXPECT_EQ(row.getColumn(3).getInt64(), (k_noon + 2min + 1500ms).time_since_epoch().count());
  EXPECT_EQ(row.getColumn(4).getInt64(), 1500);
  ASSERT_TRUE(row.executeStep());
  EXPECT_EQ(row.getColumn(0).getString(), "0.4.0");
  EXPECT_EQ(row.getColumn(2).getInt64(), (k_noon + 2min).time_since_epoch().count()) << "when it was asked for";
  EXPECT_TRUE(row.getColumn(3).isNull());
  EXPECT_TRUE(row.getColumn(4).isNull());
}

TEST_F(StoreViews, TellChartsAsArtifacts) {
  ASSERT_TRUE(await(store_->put_chart(digest_of(7), "12345")));
  new_deployment request = request_of(1);
  request.deployment.chart = {digest_of(7), "web", "0.4.0", "charts/web"};
  ASSERT_TRUE(await(store_->admit(request, always_create)));
  SQLite::Database db = database();
  SQLite::Statement row(db, "SELECT id, version, artifact_type, file_hash, file_size FROM deployment_artifacts");
  ASSERT_TRUE(row.executeStep());
  EXPECT_EQ(row.getColumn(0).getString(), digest_of(7));
  EXPECT_EQ(row.getColumn(1).getString(), "0.4.0");
  EXPECT_EQ(row.getColumn(2).getString(), "chart");
  EXPECT_EQ(row.getColumn(3).getString(), digest_of(7));
  EXPECT_EQ(row.getColumn(4).getInt64(), 5);
  EXPECT_FALSE(row.executeStep());
  EXPECT_EQ(db.execAndGet("SELECT count(*) FROM canary_deployments").getInt(), 0) << "rolling has no canary";
}

TEST_F(StoreViews, TellWhatShareOfTheTrafficACanaryHas) {
  admit(1);
  const auto current = [&] {
    const std::string found = database().execAndGet("SELECT current_traffic_percent || ' of ' || target_traffic_percent FROM canary_deployments").getString();
    store_ = open_sqlite(folder_.path()).value();
    return found;
  };
  const auto put = [&](model::step_kind kind, int attempt, std::optional<int> weight, model::step_status status) {
    change what;
    what.step = model::step_record{.kind = kind, .attempt = attempt, .weight = weight, .status = status};
    save(1, what);
  };
  put(model::step_kind::shift, 1, 5, model::step_status::done);
  put(model::step_kind::shift, 2, 25, model::step_status::intended);
  EXPECT_EQ(current(), "5 of 25");
  put(model::step_kind::shift, 2, 25, model::step_status::done);
  EXPECT_EQ(current(), "25 of 25");
  put(model::step_kind::home, 1, std::nullopt, model::step_status::done);
  EXPECT_EQ(current(), "0 of 25");
}

}  // namespace
}  // namespace leadsman::store
