#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "model/words.hpp"
#include "store/sqlite/failure.hpp"

namespace leadsman::store::sqlite {

// A value that is bytes, not text.
struct blob {
  const std::string& bytes;
};

inline void bind(SQLite::Statement& s, int at, int value) { s.bind(at, value); }
inline void bind(SQLite::Statement& s, int at, int64_t value) { s.bind(at, value); }
inline void bind(SQLite::Statement& s, int at, const std::string& value) { s.bind(at, value); }
inline void bind(SQLite::Statement& s, int at, std::string_view value) { s.bind(at, std::string(value)); }
inline void bind(SQLite::Statement& s, int at, wall_time value) {
  s.bind(at, int64_t{value.time_since_epoch().count()});
}
inline void bind(SQLite::Statement& s, int at, blob value) {
  s.bind(at, value.bytes.data(), static_cast<int>(value.bytes.size()));
}
template <class T>
void bind(SQLite::Statement& s, int at, const std::optional<T>& value) {
  if (value) bind(s, at, *value);
  else s.bind(at);
}

// The values take the places of the question marks, in order.
template <class... V>
SQLite::Statement prepare(SQLite::Database& db, const char* sql, const V&... values) {
  SQLite::Statement statement(db, sql);
  int at = 0;
  (bind(statement, ++at, values), ...);
  return statement;
}

// Returns how many rows were changed.
template <class... V>
int execute(SQLite::Database& db, const char* sql, const V&... values) {
  return prepare(db, sql, values...).exec();
}

// The columns of the current row, one after the other.
class row_reader {
 public:
  explicit row_reader(SQLite::Statement& row) : row_(row) {}

  std::string text() { return row_.getColumn(next_++).getString(); }
  int64_t integer() { return row_.getColumn(next_++).getInt64(); }
  int number() { return row_.getColumn(next_++).getInt(); }
  bool is_null() const { return row_.getColumn(next_).isNull(); }
  wall_time time() { return wall_time(std::chrono::milliseconds(integer())); }

  std::optional<int> optional_number() { return is_null() ? skip<int>() : number(); }
  std::optional<wall_time> optional_time() { return is_null() ? skip<wall_time>() : time(); }

  template <class E, size_t N>
  E word(const model::word<E> (&table)[N]) {
    const std::string found = text();
    if (const auto value = model::value_of(table, found)) return *value;
    throw SQLite::Exception("unknown word '" + found + "'", SQLITE_CORRUPT);  // a CHECK and a table differ
  }

 private:
  template <class T>
  std::optional<T> skip() {
    ++next_;
    return std::nullopt;
  }

  SQLite::Statement& row_;
  int next_ = 0;
};

// All or nothing: commits when `work` returns a value, rolls back when it returns an error or throws.
template <class F>
std::invoke_result_t<F> in_transaction(SQLite::Database& db, F&& work) {
  return guarded([&]() -> std::invoke_result_t<F> {
    SQLite::Transaction transaction(db, SQLite::TransactionBehavior::IMMEDIATE);
    auto outcome = work();
    if (outcome) transaction.commit();
    return outcome;
  });
}

}  // namespace leadsman::store::sqlite
