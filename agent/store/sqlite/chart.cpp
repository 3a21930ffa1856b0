#include <fmt/format.h>

#include "store/sqlite/journal.hpp"
#include "store/sqlite/statement.hpp"

namespace leadsman::store::sqlite {

result<bool> has_chart(open_database in, const std::string& digest) {
  LEADSMAN_CHECK(check_digest(digest));
  return guarded([&]() -> result<bool> {
    auto row = prepare(in.db, "SELECT size FROM artifact WHERE digest = ?", digest);
    return row.executeStep() && in.charts.size(digest) == row.getColumn(0).getInt64();
  });
}

// The file first: a row without its file would promise something, a file without its row is swept up by prune.
result<void> put_chart(open_database in, const std::string& digest, const std::string& archive, wall_time at) {
  LEADSMAN_TRY(const bool here, has_chart(in, digest));
  if (here) return {};
  LEADSMAN_CHECK(in.charts.write(digest, archive));
  return in_transaction(in.db, [&]() -> result<void> {
    execute(in.db,
            "INSERT INTO artifact (digest, type, size, created_at) VALUES (?, 'chart', ?, ?)"
            " ON CONFLICT (digest) DO UPDATE SET size = excluded.size",
            digest, static_cast<int64_t>(archive.size()), at);
    return {};
  });
}

result<std::string> chart(open_database in, const std::string& digest) {
  LEADSMAN_TRY(const bool here, has_chart(in, digest));
  if (!here) return fail(errc::not_found, fmt::format("there is no chart {}; upload it first", digest), "chart.digest");
  return in.charts.read(digest);
}

}  // namespace leadsman::store::sqlite
