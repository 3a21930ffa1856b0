#include <SQLiteCpp/Savepoint.h>

#include "store/sqlite/journal.hpp"
#include "store/sqlite/statement.hpp"

namespace leadsman::store::sqlite {

namespace {

using parts_list = std::vector<std::shared_ptr<pending_write>>;

result<std::vector<result<void>>> write_all(SQLite::Database& db, const parts_list& parts) {
  return in_transaction(db, [&]() -> result<std::vector<result<void>>> {
    std::vector<result<void>> outcomes;
    for (const auto& one : parts) {
      SQLite::Savepoint alone(db, "alone");
      outcomes.push_back(one->part(db));
      if (outcomes.back()) alone.release();
    }
    return outcomes;
  });
}

}  // namespace

void write_together(SQLite::Database& db, const parts_list& parts) {
  if (parts.size() > 1) {
    const auto outcomes = write_all(db, parts);
    if (outcomes) {
      for (size_t i = 0; i < parts.size(); ++i) parts[i]->outcome = (*outcomes)[i];
      return;
    }
  }
  for (const auto& one : parts) one->outcome = in_transaction(db, [&] { return one->part(db); });
}

}  // namespace leadsman::store::sqlite
