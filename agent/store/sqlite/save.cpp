#include <fmt/format.h>

#include "store/sqlite/journal.hpp"
#include "store/sqlite/rows.hpp"

namespace leadsman::store::sqlite {

namespace {

struct standing_now {
  model::phase phase;
  uint64_t last_seq;
};

result<standing_now> look(SQLite::Database& db, const std::string& id) {
  auto row = prepare(db,
                     "SELECT r.phase, d.last_seq FROM deployment d"
                     "  JOIN rollout r ON r.deployment_id = d.id AND r.number = 1 WHERE d.id = ?",
                     id);
  if (!row.executeStep()) return fail(errc::not_found, fmt::format("there is no deployment {}", id));
  row_reader in(row);
  const model::phase phase = in.word(model::k_phase);
  return standing_now{phase, static_cast<uint64_t>(in.integer())};
}

result<void> check(const std::string& id, const standing_now& now, const change& what) {
  if (model::is_final(now.phase)) {
    return fail(errc::conflict, fmt::format("deployment {} has ended ({}) and does not change any more", id,
                                            word_of(model::k_phase, now.phase)));
  }
  const bool ends = what.state && model::is_final(what.state->phase);
  if (ends != what.finished_at.has_value()) {
    return fail(errc::internal, fmt::format("deployment {}: a final phase and finished_at are saved together", id));
  }
  return {};
}

result<void> save_plan(SQLite::Database& db, const std::string& id, const std::string& plan) {
  const int changed = execute(
      db, "UPDATE rollout SET plan = ? WHERE deployment_id = ? AND number = 1 AND plan IS NULL", plan, id);
  if (changed == 1) return {};
  return fail(errc::internal, fmt::format("deployment {} has its plan already, and a plan never changes", id));
}

void save_cancel(SQLite::Database& db, const std::string& id, const std::optional<model::cancel_request>& cancel) {
  const auto text = [&](const std::string model::cancel_request::* member) {
    return cancel ? std::optional((*cancel).*member) : std::nullopt;
  };
  const auto mode = cancel ? std::optional(word_of(model::k_on_cancel, cancel->mode)) : std::nullopt;
  execute(db, "UPDATE deployment SET cancel_mode = ?, cancel_by = ?, cancel_reason = ? WHERE id = ?", mode,
          text(&model::cancel_request::by), text(&model::cancel_request::reason), id);
}

void save_promotion(SQLite::Database& db, const std::string& id, const std::optional<model::promotion>& promote) {
  const auto to = promote ? std::optional(word_of(model::k_promotion_target, promote->to)) : std::nullopt;
  execute(db, "UPDATE deployment SET promote_to = ?, promote_weight = ?, promote_by = ? WHERE id = ?", to,
          promote ? std::optional(promote->weight) : std::nullopt, promote ? std::optional(promote->by) : std::nullopt, id);
}

void save_time(SQLite::Database& db, const char* sql, const std::string& id, std::optional<wall_time> at) {
  if (at) execute(db, sql, *at, id);
}

}  // namespace

result<std::vector<model::event>> save(SQLite::Database& db, const std::string& id, const change& what) {
  LEADSMAN_TRY(const standing_now now, look(db, id));
  LEADSMAN_CHECK(check(id, now, what));
  if (what.state) update_state(db, id, *what.state);
  if (what.step) put_step(db, id, *what.step);
  if (what.plan) LEADSMAN_CHECK(save_plan(db, id, *what.plan));
  if (what.cancel || what.clear_cancel) save_cancel(db, id, what.cancel);
  if (what.promote || what.clear_promote) save_promotion(db, id, what.promote);
  save_time(db, "UPDATE deployment SET started_at = ? WHERE id = ?", id, what.started_at);
  save_time(db, "UPDATE deployment SET finished_at = ? WHERE id = ?", id, what.finished_at);
  std::vector<model::event> events = what.events;
  append_events(db, id, now.last_seq, events);
  return events;
}

}  // namespace leadsman::store::sqlite
