#include <algorithm>

#include "store/sqlite/journal.hpp"
#include "store/sqlite/statement.hpp"

namespace leadsman::store::sqlite {

result<int> prune_deployments(SQLite::Database& db, const retention& what) {
  return in_transaction(db, [&]() -> result<int> {
    return execute(db,
                   "DELETE FROM deployment WHERE id IN ("
                   "  SELECT id FROM ("
                   "    SELECT d.id, d.finished_at,"
                   "           row_number() OVER (PARTITION BY r.cluster, r.namespace, r.release"
                   "                              ORDER BY d.created_at DESC, d.id DESC) AS place"
                   "      FROM deployment d JOIN rollout r ON r.deployment_id = d.id)"
                   "  GROUP BY id HAVING finished_at < ? AND min(place) > ? LIMIT ?)",
                   what.now - what.max_age, std::max(what.keep_per_release, 0), k_prune_batch);
  });
}

result<void> prune_rest(open_database in, const retention& what) {
  LEADSMAN_CHECK(in_transaction(in.db, [&]() -> result<void> {
    execute(in.db, "DELETE FROM nonce WHERE expires_at <= ?", what.now);
    execute(in.db,
            "DELETE FROM artifact WHERE created_at < ?"
            "   AND NOT EXISTS (SELECT 1 FROM rollout WHERE chart_digest = digest)",
            what.now - what.max_age);
    return {};
  }));
  return guarded([&]() -> result<void> {
    for (const std::string& digest : in.charts.digests()) {
      auto known = prepare(in.db, "SELECT 1 FROM artifact WHERE digest = ?", digest);
      if (!known.executeStep()) in.charts.remove(digest);
    }
    return {};
  });
}

}  // namespace leadsman::store::sqlite
