#include "store/sqlite/connection.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include "store/sqlite/statement.hpp"

namespace leadsman::store::sqlite {

namespace {

constexpr int k_patience_ms = 500;  // for a predecessor that is just ending

// The lock mode comes first: only then does SQLite keep the index of the log in memory and the lock until the end.
constexpr const char* k_settings = R"(
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA foreign_keys = ON;
  PRAGMA cache_size = -256;            -- KiB
  PRAGMA temp_store = MEMORY;
  PRAGMA journal_size_limit = 4194304; -- bytes that the log keeps after a checkpoint
)";

result<void> set_up(SQLite::Database& db, durability saves) {
  db.exec(k_settings);
  // In WAL mode, NORMAL leaves out the sync of each commit, and nothing else.
  db.exec(saves == durability::machine ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  const std::string mode = db.execAndGet("PRAGMA journal_mode = WAL").getString();
  if (mode != "wal") return fail(errc::internal, fmt::format("SQLite uses journal mode '{}' instead of 'wal'", mode));
  SQLite::Transaction takes_the_lock(db, SQLite::TransactionBehavior::EXCLUSIVE);
  takes_the_lock.commit();
  return {};
}

}  // namespace

result<std::unique_ptr<SQLite::Database>> connect(const std::filesystem::path& file, durability saves) {
  try {
    auto db = std::make_unique<SQLite::Database>(file.string(), SQLite::OPEN_READWRITE, k_patience_ms);
    LEADSMAN_CHECK(set_up(*db, saves));
    return db;
  } catch (const SQLite::Exception& e) {
    if (e.getErrorCode() != SQLITE_BUSY && e.getErrorCode() != SQLITE_LOCKED) return fail(failure_of(e));
    return fail(errc::conflict,
                fmt::format("the database {} is in use by another agent; a folder serves one agent at a time: stop the "
                            "other one, or give this one a folder of its own",
                            file.string()));
  }
}

}  // namespace leadsman::store::sqlite
