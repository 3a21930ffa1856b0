#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "store/sqlite/journal.hpp"
#include "store/sqlite/rows.hpp"

namespace leadsman::store::sqlite {

namespace {

result<std::optional<model::deployment>> read_one(SQLite::Database& db, const std::string& where,
                                                  const std::string& value) {
  return guarded([&]() -> result<std::optional<model::deployment>> {
    auto row = prepare(db, (k_select_deployment + where).c_str(), value);
    if (!row.executeStep()) return std::nullopt;
    model::deployment found = read_deployment(row);
    found.steps = read_steps(db, found.id);
    return found;
  });
}

std::unexpected<error> unknown(const std::string& id) {
  return fail(errc::not_found, fmt::format("there is no deployment {}", id));
}

}  // namespace

result<std::optional<model::deployment>> find(SQLite::Database& db, const std::string& id) {
  return read_one(db, "WHERE d.id = ?", id);
}

result<std::optional<model::deployment>> newest_of_key(SQLite::Database& db, const std::string& idempotency_key) {
  return read_one(db, "WHERE d.idempotency_key = ? ORDER BY d.attempt DESC LIMIT 1", idempotency_key);
}

result<std::string> sealed_request(SQLite::Database& db, const std::string& id) {
  return guarded([&]() -> result<std::string> {
    auto row = prepare(db, "SELECT sealed FROM request_blob WHERE deployment_id = ?", id);
    if (!row.executeStep()) return unknown(id);
    return row.getColumn(0).getString();
  });
}

result<std::vector<model::deployment>> list(SQLite::Database& db, const list_filter& filter) {
  return guarded([&]() -> result<std::vector<model::deployment>> {
    const model::release_id release = filter.release.value_or(model::release_id{});
    auto row = prepare(db,
                       (k_select_deployment +
                        " WHERE (?1 OR (r.cluster = ?2 AND r.namespace = ?3 AND r.release = ?4))"
                        "   AND (?5 = '' OR d.environment = ?5)"
                        " ORDER BY d.created_at DESC, d.id DESC LIMIT ?6")
                           .c_str(),
                       filter.release ? 0 : 1, release.cluster, release.name_space, release.name, filter.environment,
                       std::max(filter.limit, 0));
    std::vector<model::deployment> found;
    while (row.executeStep()) found.push_back(read_deployment(row));
    return found;
  });
}

result<std::vector<std::string>> unfinished(SQLite::Database& db) {
  return guarded([&]() -> result<std::vector<std::string>> {
    auto row = prepare(db,
                       "SELECT d.id FROM rollout r JOIN deployment d ON d.id = r.deployment_id"
                       // Word by word as in the index rollout_unfinished, so that it is used.
                       " WHERE r.phase IN ("
                       "   'pending', 'waiting', 'deploying', 'analyzing', 'paused', 'promoting', 'rolling_back')"
                       " GROUP BY d.id ORDER BY d.created_at, d.id");
    std::vector<std::string> ids;
    while (row.executeStep()) ids.push_back(row.getColumn(0).getString());
    return ids;
  });
}

result<std::vector<model::event>> events(SQLite::Database& db, const std::string& id, uint64_t after, int limit) {
  return guarded([&]() -> result<std::vector<model::event>> {
    const auto last = static_cast<int64_t>(std::min<uint64_t>(after, std::numeric_limits<int64_t>::max()));
    auto row = prepare(db,
                       "SELECT seq, at, kind, message, data FROM event"
                       " WHERE deployment_id = ? AND seq > ? ORDER BY seq LIMIT ?",
                       id, last, std::max(limit, 0));
    std::vector<model::event> found;
    while (row.executeStep()) found.push_back(read_event(row));
    if (!found.empty()) return found;
    auto known = prepare(db, "SELECT 1 FROM deployment WHERE id = ?", id);
    if (!known.executeStep()) return unknown(id);
    return found;
  });
}

}  // namespace leadsman::store::sqlite
