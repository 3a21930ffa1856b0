#include <algorithm>

#include "runner/canary/foreign_edit.hpp"
#include "runner/canary/weight.hpp"
#include "runner/step/steps.hpp"

namespace leadsman::runner {

using namespace std::chrono_literals;

namespace {

constexpr auto k_route_interval = 2s;  // at the route
constexpr const char* k_until = "until";

// When the pause is over, by the wall clock, since it outlives the agent; absent: when it is promoted by hand. Saved before
// it begins.
task<result<std::optional<wall_time>>> end_of_pause(rollout& r) {
  nlohmann::json detail = intent_of(r);
  const model::canary_step* step = model::step_of(*r.request.canary, r.now().steps.back().weight.value_or(0));
  if (!step || !step->pause) co_return std::optional<wall_time>{};
  if (!detail.contains(k_until)) {
    detail[k_until] = format_rfc3339(leadsman::now() + *step->pause);
    LEADSMAN_CO_CHECK(co_await intend(r, detail));
  }
  LEADSMAN_CO_TRY(const wall_time until, parse_rfc3339(detail[k_until].get<std::string>()));
  co_return until;
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

task<result<void>> tell_pause(rollout& r, std::optional<wall_time> until) {
  const std::string end = until ? "until " + format_rfc3339(*until) : "until somebody says: leadsman promote " + r.id();
  const wire::phase_change paused{model::phase::paused, ""};
  co_return co_await r.log.tell(model::event_kind::phase, "paused " + end, nlohmann::json(paused));
}

}  // namespace

// The pause before the next weight, or until somebody promotes. The route is looked at meanwhile.
task<result<step_result>> hold(rollout& r, bool resumed) {
  LEADSMAN_CO_TRY(const auto until, co_await end_of_pause(r));
  if (!resumed && !r.now().promote) LEADSMAN_CO_CHECK(co_await tell_pause(r, until));
  for (;;) {
    const uint64_t seen = r.changed.version();
    if (r.interrupted()) co_return fail(errc::canceled, "interrupted while it was paused");
    if (r.asked_to_stop()) co_return step_result{flow::outcome::done, "", "the pause was ended"};
    if (r.now().promote) co_return heard(*r.now().promote);
    LEADSMAN_CO_TRY(const auto edited, co_await look_for_foreign_edit(r));
    if (edited) co_return *edited;
    if (r.asked_to_leave()) co_return step_result{flow::outcome::done, "", "the pause was ended"};
    const auto left = until ? *until - leadsman::now() : std::chrono::milliseconds(k_route_interval);
    if (left <= 0ms) co_return step_result{flow::outcome::done, "", "the pause is over"};
    co_await r.changed.wait_change(seen, std::min<std::chrono::milliseconds>(left, k_route_interval));
  }
}

}  // namespace leadsman::runner
