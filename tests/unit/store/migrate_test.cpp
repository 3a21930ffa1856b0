#include "store/sqlite/migrate.hpp"

#include <fstream>
#include <sstream>

#include "unit/store/contract.hpp"

namespace leadsman::store::sqlite {
namespace {

using testing::HasSubstr;

SQLite::Database in_memory() { return {":memory:", SQLite::OPEN_READWRITE}; }

std::vector<migration> with_next(const char* sql) {
  std::vector<migration> all(migrations().begin(), migrations().end());
  all.push_back({all.back().version + 1, "next", sql});
  return all;
}

std::string read_file(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(Migrate, AllMigrationsTogetherGiveTheCommittedSchema) {
  SQLite::Database db = in_memory();
  ASSERT_TRUE(migrate(db, migrations()));
  const fs::path committed = "agent/store/migrations/schema.sql";
  const std::string schema = dump_schema(db);
  if (read_file(committed) == schema) return;
  const fs::path actual = fs::temp_directory_path() / "leadsman-schema.sql";
  std::ofstream(actual) << schema;
  ADD_FAILURE() << "they differ; if this is meant: cp " << actual << " " << committed;
}

TEST(Migrate, NumbersMigrationsWithoutGaps) {
  int expected = 0;
  for (const migration& each : migrations()) EXPECT_EQ(each.version, ++expected) << each.name;
  EXPECT_GE(expected, 1);
}

TEST(Migrate, BringsAnOlderDatabaseUpToDateAndKeepsItsContent) {
  SQLite::Database db = in_memory();
  ASSERT_TRUE(migrate(db, migrations()));
  db.exec("INSERT INTO nonce VALUES ('jo', 'n', 5)");
  const auto newer = with_next("ALTER TABLE nonce ADD COLUMN seen INTEGER NOT NULL DEFAULT 7; CREATE TABLE added (x);");
  const auto done = migrate(db, newer);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(schema_version(db), newer.back().version);
  EXPECT_EQ(db.execAndGet("SELECT expires_at + seen FROM nonce WHERE nonce = 'n'").getInt(), 12);
  EXPECT_TRUE(db.tableExists("added"));
}

// Those before the canary's steps had no weight, and their events fewer kinds.
TEST(Migrate, KeepsTheStepsAndEventsOfAnAgentThatKnewNoCanary) {
  SQLite::Database db = in_memory();
  db.exec("PRAGMA foreign_keys = ON");
  ASSERT_TRUE(migrate(db, migrations().first(1)));
  db.exec("INSERT INTO deployment (id, kind, environment, version, principal, origin, idempotency_key, request_digest, attempt, asked_reason, created_at)"
          " VALUES ('01a21d0e-0395-7410-bf3b-33b525b3ca71', 'deploy', '', '', 'local', '{}', 'k', 'd', 1, '', 1)");
  db.exec("INSERT INTO rollout (deployment_id, number, cluster, namespace, release, chart_name, chart_version, chart_source, policy, phase, reason, message, rollback)"
          " VALUES ('01a21d0e-0395-7410-bf3b-33b525b3ca71', 1, 'c', 'n', 'r', '', '', '', '{}', 'deploying', '', '', 'none')");
  db.exec("INSERT INTO step (deployment_id, rollout, kind, attempt, position, status, outcome, reason, message, argument_digest, detail, started_at)"
          " VALUES ('01a21d0e-0395-7410-bf3b-33b525b3ca71', 1, 'upgrade', 2, 7, 'intended', '', '', '', 'a', '{\"base\":3}', 5)");
  db.exec("INSERT INTO event VALUES ('01a21d0e-0395-7410-bf3b-33b525b3ca71', 1, 5, 'created', 'made', '')");
  ASSERT_TRUE(migrate(db, migrations()));
  EXPECT_EQ(db.execAndGet("SELECT detail FROM step WHERE kind = 'upgrade' AND attempt = 2 AND position = 7 AND weight IS NULL").getString(), "{\"base\":3}");
  EXPECT_EQ(db.execAndGet("SELECT message FROM event WHERE seq = 1").getString(), "made");
  db.exec("DELETE FROM deployment");
  EXPECT_EQ(db.execAndGet("SELECT count(*) FROM step").getInt(), 0) << "a step goes with its deployment";
}

TEST(Migrate, AllowsMoreWordsAndKeepsWhatIsStored) {
  SQLite::Database db = in_memory();
  db.exec("PRAGMA foreign_keys = ON");
  ASSERT_TRUE(migrate(db, migrations().first(2)));
  const std::string insert = "INSERT INTO deployment (id, kind, environment, version, principal, origin, idempotency_key, request_digest, attempt, asked_reason, created_at) VALUES ";
  db.exec(insert + "('01a21d0e-0395-7410-bf3b-33b525b3ca71', 'deploy', '', '', 'local', '{}', 'k', 'd', 1, '', 1)");
  const std::string of_a_left_canary = insert + "('01a21d0e-0395-7410-bf3b-33b525b3ca72', 'abort', '', '', 'local', '{}', 'l', 'd', 1, '', 1)";
  EXPECT_THROW(db.exec(of_a_left_canary), SQLite::Exception);
  ASSERT_TRUE(migrate(db, migrations()));
  db.exec(of_a_left_canary);
  EXPECT_THROW(db.exec(insert + "('01a21d0e-0395-7410-bf3b-33b525b3ca73', 'other', '', '', 'local', '{}', 'm', 'd', 1, '', 1)"), SQLite::Exception);
  EXPECT_EQ(db.execAndGet("SELECT count(*) FROM deployment").getInt(), 2);
  EXPECT_EQ(db.execAndGet("PRAGMA integrity_check").getString(), "ok");
}

TEST(Migrate, DoesNothingToADatabaseThatIsUpToDate) {
  SQLite::Database db = in_memory();
  ASSERT_TRUE(migrate(db, migrations()));
  const int changes = db.getTotalChanges();
  EXPECT_TRUE(migrate(db, migrations()));
  EXPECT_EQ(db.getTotalChanges(), changes);
}

TEST(Migrate, LeavesTheVersionBeforeWhenAMigrationFails) {
  SQLite::Database db = in_memory();
  const auto broken = with_next("CREATE TABLE half (x); INSERT INTO nowhere VALUES (1);");
  EXPECT_FALSE(migrate(db, broken));
  EXPECT_EQ(schema_version(db), migrations().back().version);
  EXPECT_FALSE(db.tableExists("half"));
}

TEST(Migrate, RefusesADatabaseThatIsNewer) {
  SQLite::Database db = in_memory();
  ASSERT_TRUE(migrate(db, with_next("CREATE TABLE added (x);")));
  const auto refused = migrate(db, migrations());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::refused);
  EXPECT_THAT(refused.error().message, HasSubstr("newer agent"));
}

}  // namespace
}  // namespace leadsman::store::sqlite
