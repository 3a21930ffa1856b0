#pragma once

#include <SQLiteCpp/Database.h>

#include <span>
#include <string>

#include "base/error.hpp"
#include "store/migrations.hpp"

namespace leadsman::store::sqlite {

// Applies those that are missing, each in a transaction of its own: one that fails leaves the version before it.
// Errors: refused (made by a newer agent), invalid_input (tables of somebody else), unavailable, internal.
result<void> migrate(SQLite::Database& db, std::span<const migration> known);

// 0 for an empty database.
result<int> schema_version(SQLite::Database& db);

// Every table, index and view as the database itself describes it, in the order in which they were made.
std::string dump_schema(SQLite::Database& db);

}  // namespace leadsman::store::sqlite
