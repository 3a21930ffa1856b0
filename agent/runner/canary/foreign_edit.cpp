#include "runner/canary/foreign_edit.hpp"

#include <fmt/format.h>

#include "runner/canary/weight.hpp"
#include "runner/persist.hpp"
#include "wire/model.hpp"

namespace leadsman::runner {

using model::event_kind;

namespace {

std::string describe(const rollout& r, const route& seen) {
  const std::string who = last_editor(seen.objects.found);
  if (seen.gone()) return "the route is gone: somebody removed it";
  const std::string now = seen.view.weight ? fmt::format("{} %", *seen.view.weight) : std::string("no backend at all");
  return fmt::format("{} changed the route: the canary has {} instead of {} %", who, now, weight_set(r));
}

task<result<void>> ask_for_pause(rollout& r, std::string why) {
  const model::cancel_request asked{model::on_cancel::pause, "foreign-edits", why};
  store::change what;
  what.cancel = asked;
  what.events.push_back(make_event(event_kind::cancel, why + "; paused, as foreign-edits: pause says", nlohmann::json(asked)));
  co_return co_await r.log.save(std::move(what));
}

}  // namespace

task<result<std::optional<step_result>>> look_for_foreign_edit(rollout& r) {
  std::optional<step_result> end;
  const ask<route> looking = [&r] { return look_at_route(r, target_of(r)); };
  const auto seen = co_await persist(r, "route", looking);
  if (!seen && r.interrupted()) co_return fail(seen.error());
  if (!seen) {
    end = step_result{flow::outcome::failed, std::string(model::reason::k_router_failed), "the route cannot be looked at: " + seen.error().message};
    co_return end;
  }
  if (is_as_set(r, *seen)) co_return end;
  const std::string what = describe(r, *seen);
  switch (r.request.canary->foreign_edits) {
    case model::foreign_edits::abort: end = step_result{flow::outcome::failed, std::string(model::reason::k_foreign_edit), what}; co_return end;
    case model::foreign_edits::pause:
      if (!r.now().cancel) LEADSMAN_CO_CHECK(co_await ask_for_pause(r, what));
      co_return end;
    case model::foreign_edits::revert: break;
  }
  LEADSMAN_CO_CHECK(co_await r.log.tell(event_kind::warning, what + "; set again, as foreign-edits: revert says"));
  LEADSMAN_CO_TRY(const step_result again, co_await lead_traffic(r, weight_set(r)));
  if (again.outcome != flow::outcome::done) end = again;
  co_return end;
}

}  // namespace leadsman::runner
