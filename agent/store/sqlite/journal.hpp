#pragma once

#include <SQLiteCpp/Database.h>

#include "store/sqlite/chart_files.hpp"
#include "store/store.hpp"

// What the store does, as plain blocking functions; each is one transaction, but for those that are parts of one. What
// each means stands at the interface.
namespace leadsman::store::sqlite {

struct open_database {
  SQLite::Database& db;
  chart_files& charts;
};

// admission.cpp
result<admitted> admit(open_database in, new_deployment request, const decide_admission& decide);

// write_together.cpp
struct pending_write {
  std::function<result<void>(SQLite::Database&)> part;  // of a transaction; called once more when that fails
  std::optional<result<void>> outcome{};                // absent until it has been tried
};
// All of them in one transaction, for which the disk is waited for once. A part that is refused changes nothing and keeps
// none from being written; when the transaction fails as a whole, each is tried alone.
void write_together(SQLite::Database& db, const std::vector<std::shared_ptr<pending_write>>& parts);

// save.cpp: a part of a transaction.
result<std::vector<model::event>> save(SQLite::Database& db, const std::string& id, const change& what);

// query.cpp
result<std::optional<model::deployment>> find(SQLite::Database& db, const std::string& id);
result<std::optional<model::deployment>> newest_of_key(SQLite::Database& db, const std::string& idempotency_key);
result<std::string> sealed_request(SQLite::Database& db, const std::string& id);
result<std::vector<model::deployment>> list(SQLite::Database& db, const list_filter& filter);
result<std::vector<std::string>> unfinished(SQLite::Database& db);
result<std::vector<model::event>> events(SQLite::Database& db, const std::string& id, uint64_t after, int limit);

// chart.cpp
result<void> put_chart(open_database in, const std::string& digest, const std::string& archive, wall_time at);
result<bool> has_chart(open_database in, const std::string& digest);
result<std::string> chart(open_database in, const std::string& digest);

// nonce.cpp: a part of a transaction.
result<bool> remember_nonce(SQLite::Database& db, const std::string& key_id, const std::string& nonce,
                            wall_time expires);

// prune.cpp
inline constexpr int k_prune_batch = 100;  // deployments per transaction, so that others get their turn in between
// How many deployments went; fewer than a batch when none is left.
result<int> prune_deployments(SQLite::Database& db, const retention& what);
result<void> prune_rest(open_database in, const retention& what);

}  // namespace leadsman::store::sqlite
