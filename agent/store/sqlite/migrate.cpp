#include "store/sqlite/migrate.hpp"

#include <fmt/format.h>

#include "store/sqlite/statement.hpp"

namespace leadsman::store::sqlite {

namespace {

result<void> apply(SQLite::Database& db, const migration& next) {
  return in_transaction(db, [&]() -> result<void> {
    db.exec(next.sql);
    execute(db, "INSERT INTO schema_version (version, name) VALUES (?, ?)", next.version, next.name);
    return {};
  });
}

}  // namespace

result<int> schema_version(SQLite::Database& db) {
  return guarded([&]() -> result<int> {
    if (db.tableExists("schema_version")) return db.execAndGet("SELECT max(version) FROM schema_version").getInt();
    if (db.execAndGet("SELECT count(*) FROM sqlite_schema").getInt() == 0) return 0;
    return fail(errc::invalid_input,
                fmt::format("{} belongs to another program; give the agent a folder of its own", db.getFilename()));
  });
}

result<void> migrate(SQLite::Database& db, std::span<const migration> known) {
  LEADSMAN_TRY(const int version, schema_version(db));
  const int newest = known.empty() ? 0 : known.back().version;
  if (version > newest) {
    return fail(errc::refused,
                fmt::format("the database {} has schema version {} and was made by a newer agent; this one knows "
                            "versions up to {}: use the newer agent, or a folder of its own",
                            db.getFilename(), version, newest));
  }
  for (const migration& next : known) {
    if (next.version > version) LEADSMAN_CHECK(apply(db, next));
  }
  return {};
}

std::string dump_schema(SQLite::Database& db) {
  std::string schema;
  auto row = prepare(db, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid");
  while (row.executeStep()) schema += row.getColumn(0).getString() + ";\n\n";
  return schema;
}

}  // namespace leadsman::store::sqlite
