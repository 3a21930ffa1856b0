#include "store/sqlite/rows.hpp"

#include "wire/model.hpp"

namespace leadsman::store::sqlite {

namespace {

using nlohmann::json;

// Text from outside may be no UTF-8.
std::string to_text(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

model::state read_state(row_reader& in) {
  model::state state;
  state.phase = in.word(model::k_phase);
  state.reason = in.text();
  state.message = in.text();
  state.rollback = in.word(model::k_rollback_outcome);
  state.revision = in.optional_number();
  state.previous_revision = in.optional_number();
  return state;
}

std::optional<model::cancel_request> read_cancel(SQLite::Statement& row, const char* mode, const char* by,
                                                 const char* reason) {
  if (row.isColumnNull(mode)) return std::nullopt;
  const auto known = model::value_of(model::k_on_cancel, row.getColumn(mode).getString());
  if (!known) throw SQLite::Exception("unknown word in cancel_mode", SQLITE_CORRUPT);
  return model::cancel_request{*known, row.getColumn(by).getString(), row.getColumn(reason).getString()};
}

std::optional<model::promotion> read_promotion(SQLite::Statement& row) {
  if (row.isColumnNull("promote_to")) return std::nullopt;
  const auto known = model::value_of(model::k_promotion_target, row.getColumn("promote_to").getString());
  if (!known) throw SQLite::Exception("unknown word in promote_to", SQLITE_CORRUPT);
  return model::promotion{*known, row.getColumn("promote_weight").getInt(), row.getColumn("promote_by").getString()};
}

}  // namespace

const std::string k_select_deployment = R"(
  SELECT d.id, d.kind, r.cluster, r.namespace, r.release, d.environment, d.version,
         r.chart_digest, r.chart_name, r.chart_version, r.chart_source, r.policy, d.origin, d.principal,
         d.idempotency_key, d.request_digest, d.attempt, d.asked_reason, r.asked_revision,
         r.phase, r.reason, r.message, r.rollback, r.revision, r.previous_revision,
         r.plan, d.created_at, d.started_at, d.finished_at, d.last_seq,
         d.cancel_mode AS cancel_mode, d.cancel_by AS cancel_by, d.cancel_reason AS cancel_reason,
         d.promote_to AS promote_to, d.promote_weight AS promote_weight, d.promote_by AS promote_by
    FROM deployment d
    JOIN rollout r ON r.deployment_id = d.id AND r.number = 1
)";

model::deployment read_deployment(SQLite::Statement& row) {
  row_reader in(row);
  model::deployment d;
  d.id = in.text();
  d.kind = in.word(model::k_request_kind);
  d.release.cluster = in.text();
  d.release.name_space = in.text();
  d.release.name = in.text();
  d.environment = in.text();
  d.version = in.text();
  d.chart.digest = in.text();
  d.chart.name = in.text();
  d.chart.version = in.text();
  d.chart.source = in.text();
  d.policy = json::parse(in.text()).get<model::policy>();
  d.origin = json::parse(in.text()).get<model::origin>();
  d.principal = in.text();
  d.idempotency_key = in.text();
  d.request_digest = in.text();
  d.attempt = in.number();
  d.asked_reason = in.text();
  d.asked_revision = in.optional_number();
  d.state = read_state(in);
  d.plan = in.text();
  d.created_at = in.time();
  d.started_at = in.optional_time();
  d.finished_at = in.optional_time();
  d.last_seq = static_cast<uint64_t>(in.integer());
  d.cancel = read_cancel(row, "cancel_mode", "cancel_by", "cancel_reason");
  d.promote = read_promotion(row);
  return d;
}

std::vector<model::step_record> read_steps(SQLite::Database& db, const std::string& id) {
  auto row = prepare(db,
                     "SELECT kind, attempt, weight, status, outcome, reason, message, argument_digest, detail, started_at,"
                     "       ended_at FROM step WHERE deployment_id = ? AND rollout = 1 ORDER BY position",
                     id);
  std::vector<model::step_record> steps;
  while (row.executeStep()) {
    row_reader in(row);
    model::step_record& step = steps.emplace_back();
    step.kind = in.word(model::k_step_kind);
    step.attempt = in.number();
    step.weight = in.optional_number();
    step.status = in.word(model::k_step_status);
    step.outcome = in.text();
    step.reason = in.text();
    step.message = in.text();
    step.argument_digest = in.text();
    step.detail = in.text();
    step.started_at = in.time();
    step.ended_at = in.optional_time();
  }
  return steps;
}

void insert_deployment(SQLite::Database& db, const model::deployment& d) {
  execute(db,
          "INSERT INTO deployment (id, kind, environment, version, principal, origin, idempotency_key, request_digest,"
          "                        attempt, asked_reason, created_at, started_at, finished_at)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          d.id, word_of(model::k_request_kind, d.kind), d.environment, d.version, d.principal, to_text(json(d.origin)),
          d.idempotency_key, d.request_digest, d.attempt, d.asked_reason, d.created_at, d.started_at, d.finished_at);
  execute(db,
          "INSERT INTO rollout (deployment_id, number, cluster, namespace, release, chart_digest, chart_name,"
          "                     chart_version, chart_source, policy, asked_revision, phase, reason, message, rollback,"
          "                     revision, previous_revision, plan)"
          " VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          d.id, d.release.cluster, d.release.name_space, d.release.name, unless_empty(d.chart.digest), d.chart.name,
          d.chart.version, d.chart.source, to_text(json(d.policy)), d.asked_revision,
          word_of(model::k_phase, d.state.phase), d.state.reason, d.state.message,
          word_of(model::k_rollback_outcome, d.state.rollback), d.state.revision, d.state.previous_revision,
          unless_empty(d.plan));
}

void update_state(SQLite::Database& db, const std::string& id, const model::state& state) {
  execute(db,
          "UPDATE rollout SET phase = ?, reason = ?, message = ?, rollback = ?, revision = ?, previous_revision = ?"
          " WHERE deployment_id = ? AND number = 1",
          word_of(model::k_phase, state.phase), state.reason, state.message,
          word_of(model::k_rollback_outcome, state.rollback), state.revision, state.previous_revision, id);
}

void put_step(SQLite::Database& db, const std::string& id, const model::step_record& step) {
  execute(db,
          "INSERT INTO step (deployment_id, rollout, kind, attempt, position, weight, status, outcome, reason, message,"
          "                  argument_digest, detail, started_at, ended_at)"
          " VALUES (?1, 1, ?2, ?3,"
          "         (SELECT coalesce(max(position), 0) + 1 FROM step WHERE deployment_id = ?1 AND rollout = 1),"
          "         ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
          " ON CONFLICT (deployment_id, rollout, kind, attempt) DO UPDATE SET"
          "   weight = excluded.weight, status = excluded.status, outcome = excluded.outcome, reason = excluded.reason,"
          "   message = excluded.message, argument_digest = excluded.argument_digest, detail = excluded.detail,"
          "   started_at = excluded.started_at, ended_at = excluded.ended_at",
          id, word_of(model::k_step_kind, step.kind), step.attempt, step.weight, word_of(model::k_step_status, step.status),
          step.outcome, step.reason, step.message, step.argument_digest, step.detail, step.started_at, step.ended_at);
}

void append_events(SQLite::Database& db, const std::string& id, uint64_t last_seq, std::vector<model::event>& events) {
  for (model::event& event : events) {
    event.seq = ++last_seq;
    execute(db, "INSERT INTO event (deployment_id, seq, at, kind, message, data) VALUES (?, ?, ?, ?, ?, ?)", id,
            static_cast<int64_t>(event.seq), event.at, word_of(model::k_event_kind, event.kind), event.message,
            event.data);
  }
  execute(db, "UPDATE deployment SET last_seq = ? WHERE id = ?", static_cast<int64_t>(last_seq), id);
}

model::event read_event(SQLite::Statement& row) {
  row_reader in(row);
  model::event event;
  event.seq = static_cast<uint64_t>(in.integer());
  event.at = in.time();
  event.kind = in.word(model::k_event_kind);
  event.message = in.text();
  event.data = in.text();
  return event;
}

}  // namespace leadsman::store::sqlite
