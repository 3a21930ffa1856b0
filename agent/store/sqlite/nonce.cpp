#include "store/sqlite/journal.hpp"
#include "store/sqlite/statement.hpp"

namespace leadsman::store::sqlite {

result<bool> remember_nonce(SQLite::Database& db, const std::string& key_id, const std::string& nonce,
                            wall_time expires) {
  return execute(db, "INSERT OR IGNORE INTO nonce (key_id, nonce, expires_at) VALUES (?, ?, ?)", key_id, nonce, expires) == 1;
}

}  // namespace leadsman::store::sqlite
