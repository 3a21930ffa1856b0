#include "runner/canary/foreign_edit.hpp"
#include "runner/gate/measured.hpp"
#include "runner/step/steps.hpp"

namespace leadsman::runner {

using model::event_kind;
using nlohmann::json;

namespace {

constexpr const char* k_looks = "looks";

// The look and all before it are saved together: the next agent goes on from there.
task<result<void>> keep_look(rollout& r, const analysis::gate_records& records, wire::measurement seen) {
  json detail = intent_of(r);
  detail[k_looks] = analysis::records_json(records);
  store::change what = make_intent(r, detail);
  std::string message = seen.message;
  what.events.push_back(make_event(event_kind::measurement, std::move(message), json(seen)));
  co_return co_await r.log.save(std::move(what));
}

}  // namespace

// Measures what the gates of this weight ask for, or those after the upgrade. Only a number that is good passes: none at all does not.
task<result<step_result>> analyze(rollout& r, bool) {
  analysis::gate_records records = analysis::read_records(intent_of(r).value(k_looks, json::object()));
  measuring_task about = measuring_of(r);
  about.records = &records;
  about.stop = [&r] { return r.asked_to_leave() || r.interrupted(); };
  about.tell = [&r, &records](wire::measurement seen) { return keep_look(r, records, std::move(seen)); };
  LEADSMAN_CO_TRY(const wire::analysis_verdict came, co_await measure(r.changed, std::move(about)));
  if (came.verdict == model::verdict::measuring && r.interrupted()) co_return fail(errc::canceled, "interrupted while it was measured");
  LEADSMAN_CO_CHECK(co_await r.log.tell(event_kind::verdict, came.message, json(came)));
  const bool has_route = r.now().steps.back().weight.has_value();
  if (!has_route || came.verdict != model::verdict::passed || r.asked_to_stop()) co_return judged(came);
  LEADSMAN_CO_TRY(const auto edited, co_await look_for_foreign_edit(r));
  co_return edited ? *edited : judged(came);
}

}  // namespace leadsman::runner
