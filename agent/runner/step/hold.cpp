#include <algorithm>

#include "flow/weights.hpp"
#include "runner/canary/foreign_edit.hpp"
#include "runner/canary/pause_watch.hpp"
#include "runner/canary/weight.hpp"
#include "runner/step/steps.hpp"

namespace leadsman::runner {

using namespace std::chrono_literals;

namespace {

constexpr auto k_route_interval = 2s;  // at the route
constexpr const char* k_until = "until";

// By the wall clock, since a pause outlives the agent.
struct pause_end {
  std::optional<wall_time> at;  // absent: when it is promoted by hand
  bool by_time = false;         // what comes is due then
};

// A pause is saved before it begins; steps by time are counted from what is saved already.
task<result<pause_end>> end_of_pause(rollout& r) {
  pause_end end{flow::due_next(*r.request.canary, r.now().steps)};
  end.by_time = end.at.has_value();
  if (end.by_time) co_return end;
  nlohmann::json detail = intent_of(r);
  const model::canary_step* step = model::step_of(*r.request.canary, r.now().steps.back().weight.value_or(0));
  if (!step || !step->pause) co_return end;
  if (!detail.contains(k_until)) {
    detail[k_until] = format_rfc3339(leadsman::now() + *step->pause);
    LEADSMAN_CO_CHECK(co_await intend(r, detail));
  }
  LEADSMAN_CO_TRY(end.at, parse_rfc3339(detail[k_until].get<std::string>()));
  co_return end;
}

step_result heard(const model::promotion& asked) {
  switch (asked.to) {
    case model::promotion_target::full: return {flow::outcome::promoted_fully, "", "promoted all the way by " + asked.by};
    case model::promotion_target::weight:
      return {flow::outcome::promoted, "", "promoted to " + std::to_string(asked.weight) + " % by " + asked.by, asked.weight};
    case model::promotion_target::next: break;
  }
  return {flow::outcome::done, "", "promoted by " + asked.by};
}

// "10 %", or what follows the last weight.
std::string what_comes(const rollout& r) {
  const model::canary_step* next = model::step_after(*r.request.canary, weight_set(r));
  return next ? std::to_string(next->weight) + " %" : "the upgrade of stable";
}

// Gates may take longer than the time until the next weight: it comes once they have passed, never before.
std::optional<std::string> overdue(const rollout& r, const pause_end& end) {
  if (!end.by_time) return std::nullopt;
  const auto late = leadsman::now() - *end.at;
  if (late <= 0ms) return std::nullopt;
  return what_comes(r) + " was due " + format_duration(late) + " ago: it had to wait for the gates";
}

task<result<void>> tell_pause(rollout& r, pause_end end) {
  const std::string then = end.by_time ? ", when " + what_comes(r) + " is due" : "";
  const std::string until = end.at ? "until " + format_rfc3339(*end.at) + then : "until somebody says: leadsman promote " + r.id();
  const wire::phase_change paused{model::phase::paused, ""};
  co_return co_await r.log.tell(model::event_kind::phase, "paused " + until, nlohmann::json(paused));
}

step_result at_its_end(const rollout& r, const pause_end& end) {
  return {flow::outcome::done, "", end.by_time ? what_comes(r) + " is due" : "the pause is over"};
}

task<result<step_result>> wait_for_end(rollout& r, const pause_watch& metrics, pause_end end) {
  for (;;) {
    const uint64_t seen = r.changed.version();
    if (r.interrupted()) co_return fail(errc::canceled, "interrupted while it was paused");
    if (r.asked_to_stop()) co_return step_result{flow::outcome::done, "", "the pause was ended"};
    if (const auto came = metrics.outcome()) co_return *came;
    if (r.now().promote) co_return heard(*r.now().promote);
    LEADSMAN_CO_TRY(const auto edited, co_await look_for_foreign_edit(r));
    if (edited) co_return *edited;
    if (r.asked_to_leave()) co_return step_result{flow::outcome::done, "", "the pause was ended"};
    const auto left = end.at ? *end.at - leadsman::now() : std::chrono::milliseconds(k_route_interval);
    if (left <= 0ms) co_return at_its_end(r, end);
    co_await r.changed.wait_change(seen, std::min<std::chrono::milliseconds>(left, k_route_interval));
  }
}

}  // namespace

// The pause before the next weight, or until somebody promotes. The route is looked at meanwhile, and the metrics are.
task<result<step_result>> hold(rollout& r, bool resumed) {
  LEADSMAN_CO_TRY(const pause_end end, co_await end_of_pause(r));
  if (const auto late = overdue(r, end); late && !resumed && !r.now().promote) co_return step_result{flow::outcome::done, "", *late};
  if (!resumed && !r.now().promote) LEADSMAN_CO_CHECK(co_await tell_pause(r, end));
  pause_watch metrics(r);
  metrics.begin();
  auto waiting = wait_for_end(r, metrics, end);
  const result<step_result> came = co_await std::move(waiting);
  co_await metrics.end();
  co_return came;
}

}  // namespace leadsman::runner
