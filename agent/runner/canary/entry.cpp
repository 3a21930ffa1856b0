#include "runner/canary/entry.hpp"

#include "runner/canary/examine.hpp"
#include "runner/canary/route_io.hpp"
#include "runner/canary/route_record.hpp"
#include "runner/ledger.hpp"
#include "runner/persist.hpp"

namespace leadsman::runner {

namespace {

model::canary_entry entry_of(const rollout& r, int weight) {
  if (is_about_left(r)) {
    model::canary_entry left = *r.plan.left;
    left.weight = weight;
    return left;
  }
  model::canary_entry e;
  e.deployment = r.id();
  e.weight = weight;
  e.chart = r.request.chart.name + "-" + r.request.chart.version;
  e.chart_digest = r.request.chart.digest;
  e.values_digest = r.values.digest;
  e.router = router_of(r);
  e.router.canary_service = examined_canary(r).service;
  e.since = r.now().created_at;
  return e;
}

task<result<void>> write_if_possible(rollout& r, std::optional<model::canary_entry> entry) {
  const ask<void> writing = [&r, &entry] { return enter_canary(*r.target.api, r.release(), entry); };
  const auto written = co_await persist(r, "ledger", writing);
  if (written || r.interrupted()) co_return written;
  co_return co_await r.log.tell(model::event_kind::warning, "what became of the canary could not be written to the ledger: " + written.error().message);
}

}  // namespace

bool is_about_left(const rollout& r) {
  if (!r.plan.left) return false;
  const bool clears = !r.now().steps.empty() && r.now().steps.back().kind == model::step_kind::clear_canary;
  return clears || r.request.kind != model::request_kind::deploy;
}

task<result<void>> note_canary(rollout& r, int weight) {
  model::canary_entry entry = entry_of(r, weight);
  entry.route = dump_route_record(r);
  co_return co_await enter_canary(*r.target.api, r.release(), std::move(entry));
}

task<result<void>> note_adopted(rollout& r, int weight) {
  model::canary_entry entry = entry_of(r, weight);
  entry.route = dump_route_record(r);
  co_return co_await write_if_possible(r, std::move(entry));
}

task<result<void>> note_at_home(rollout& r) {
  model::canary_entry entry = entry_of(r, 0);
  co_return co_await write_if_possible(r, std::move(entry));
}

task<result<void>> strike_out_canary(rollout& r) { co_return co_await write_if_possible(r, std::nullopt); }

}  // namespace leadsman::runner
