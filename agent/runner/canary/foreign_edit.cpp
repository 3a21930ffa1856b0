#include "runner/canary/foreign_edit.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "runner/canary/entry.hpp"
#include "runner/canary/replicas.hpp"
#include "runner/canary/weight.hpp"
#include "runner/persist.hpp"
#include "wire/model.hpp"

namespace leadsman::runner {

using model::event_kind;
using model::foreign_edits;
using nlohmann::json;
namespace reason = model::reason;

namespace {

using maybe_end = std::optional<step_result>;

// In the detail of the step under way.
constexpr const char* k_adopted = "adopted";        // the weight
constexpr const char* k_paused_for = "paused_for";  // the edit, as it was told

struct edit {
  std::string what;            // a sentence that names whose hand it was
  bool beyond_repair = false;  // the route or a workload of the canary is gone, or no weight can be set in it any more
  std::optional<int> weight{}; // that the canary has now, of an edit of the route that left one to be adopted
  std::vector<replica_edit> replicas{};
};

std::string describe_route(const rollout& r, const route& seen) {
  const std::string who = last_editor(seen.objects.found);
  if (seen.gone()) return "the route is gone: somebody removed it";
  if (!seen.view.problems.empty()) return fmt::format("{} changed the route: {}", who, join(seen.view.problems, "; "));
  const std::string now = seen.view.weight ? fmt::format("{} %", *seen.view.weight) : std::string("no backend at all");
  if (seen.view.weight == weight_set(r)) return fmt::format("{} changed the route: other requests are led to the canary than the matches of this step say", who);
  return fmt::format("{} changed the route: the canary has {} instead of {} %", who, now, weight_set(r));
}

edit edit_of_route(const rollout& r, const route& seen) {
  edit found{describe_route(r, seen)};
  found.beyond_repair = seen.gone() || !seen.view.problems.empty();
  const int weight = seen.view.weight.value_or(0);
  if (!found.beyond_repair && weight != weight_set(r)) found.weight = weight;
  return found;
}

edit edit_of_replicas(std::vector<replica_edit> replicas) {
  edit found;
  for (const replica_edit& each : replicas) {
    found.what += (found.what.empty() ? "" : "; ") + describe(each);
    found.beyond_repair = found.beyond_repair || (!each.found && !each.of_stable);
  }
  found.replicas = std::move(replicas);
  return found;
}

task<result<std::optional<edit>>> find_edit(rollout& r) {
  std::optional<edit> found;
  const ask<route> looking = [&r] { return look_at_route(r, target_of(r)); };
  LEADSMAN_CO_TRY(const route seen, co_await persist(r, "route", looking));
  if (!is_as_set(r, seen)) {
    found = edit_of_route(r, seen);
    co_return found;
  }
  const ask<std::vector<replica_edit>> counting = [&r] { return find_replica_edits(r); };
  LEADSMAN_CO_TRY(auto replicas, co_await persist(r, "canary", counting));
  if (!replicas.empty()) found = edit_of_replicas(std::move(replicas));
  co_return found;
}

// What the user's word means for this edit.
foreign_edits answer_to(const rollout& r, const edit& found) {
  const foreign_edits asked = r.request.canary->foreign_edits;
  const bool was_paused = asked == foreign_edits::pause && intent_of(r).value(k_paused_for, "") == found.what;
  if (asked == foreign_edits::pause && !was_paused) return asked;
  if (asked == foreign_edits::cancel || asked == foreign_edits::abort) return asked;
  if (found.beyond_repair) return foreign_edits::abort;
  if (asked != foreign_edits::adopt) return foreign_edits::revert;
  if (found.weight) return *found.weight == 0 ? foreign_edits::abort : asked;
  return found.replicas.empty() ? foreign_edits::revert : asked;
}

std::string as_said(const rollout& r) { return ", as foreign-edits: " + std::string(model::word_of(model::k_foreign_edits, r.request.canary->foreign_edits)) + " says"; }

store::change with_detail(const rollout& r, const char* key, json value) {
  json detail = intent_of(r);
  detail[key] = std::move(value);
  return make_intent(r, detail);
}

void ask_to(model::on_cancel mode, store::change& what, const std::string& why, const std::string& done) {
  const model::cancel_request asked{mode, "foreign-edits", why};
  what.cancel = asked;
  what.events.push_back(make_event(event_kind::cancel, why + done, json(asked)));
}

// The end of a step that an agent before us may have saved already.
maybe_end adopted_before(const rollout& r) {
  const json detail = intent_of(r);
  if (!detail.contains(k_adopted)) return std::nullopt;
  const int weight = detail[k_adopted].get<int>();
  return step_result{flow::outcome::adopted, "", fmt::format("{} % was adopted", weight), weight};
}

task<result<maybe_end>> adopt(rollout& r, edit found) {
  if (found.weight) {
    store::change what = with_detail(r, k_adopted, *found.weight);
    what.events.push_back(make_event(event_kind::warning, found.what + "; adopted" + as_said(r)));
    LEADSMAN_CO_CHECK(co_await r.log.save(std::move(what)));
    co_return adopted_before(r);
  }
  json detail = intent_of(r);
  take_over_replicas(r, detail, found.replicas);
  LEADSMAN_CO_CHECK(co_await intend(r, std::move(detail)));
  LEADSMAN_CO_CHECK(co_await r.log.tell(event_kind::warning, found.what + "; adopted" + as_said(r)));
  co_return maybe_end{};
}

task<result<maybe_end>> cancel(rollout& r, edit found) {
  const int weight = found.weight.value_or(found.beyond_repair ? 0 : weight_set(r));
  LEADSMAN_CO_CHECK(co_await note_adopted(r, weight));
  store::change what = with_detail(r, k_adopted, weight);
  ask_to(model::on_cancel::leave, what, found.what, "; it ends and leaves all as it is" + as_said(r));
  LEADSMAN_CO_CHECK(co_await r.log.save(std::move(what)));
  co_return adopted_before(r);
}

task<result<maybe_end>> pause(rollout& r, edit found) {
  if (r.now().cancel) co_return maybe_end{};
  store::change what = with_detail(r, k_paused_for, found.what);
  ask_to(model::on_cancel::pause, what, found.what, "; paused" + as_said(r) + "; whoever resumes it gets what was before");
  LEADSMAN_CO_CHECK(co_await r.log.save(std::move(what)));
  co_return maybe_end{};
}

task<result<maybe_end>> restore(rollout& r, edit found) {
  bool all = true;
  for (const replica_edit& each : found.replicas) all = all && is_restorable(each);
  const std::string done = all ? "; set again" + as_said(r) : "; stable's capacity is never lowered: what it has more is adopted";
  LEADSMAN_CO_CHECK(co_await r.log.tell(event_kind::warning, found.what + done));
  if (found.replicas.empty()) {
    LEADSMAN_CO_TRY(step_result again, co_await lead_traffic(r, weight_set(r)));
    co_return again.outcome == flow::outcome::done ? maybe_end{} : maybe_end(std::move(again));
  }
  const ask<void> scaling = [&r, &found] { return restore_replicas(r, found.replicas); };
  const auto scaled = co_await persist(r, "canary", scaling);
  if (!scaled && r.interrupted()) co_return fail(scaled.error());
  if (!scaled) co_return step_result{flow::outcome::failed, std::string(reason::k_canary_failed), found.what + "; and it cannot be set again: " + scaled.error().message};
  std::erase_if(found.replicas, is_restorable);
  json detail = intent_of(r);
  take_over_replicas(r, detail, found.replicas);
  LEADSMAN_CO_CHECK(co_await intend(r, std::move(detail)));
  co_return maybe_end{};
}

}  // namespace

task<result<maybe_end>> look_for_foreign_edit(rollout& r) {
  if (maybe_end already = adopted_before(r)) co_return already;
  auto found = co_await find_edit(r);
  if (!found && r.interrupted()) co_return fail(found.error());
  if (!found) co_return step_result{flow::outcome::failed, std::string(reason::k_router_failed), "the route cannot be looked at: " + found.error().message};
  if (!*found) co_return maybe_end{};
  switch (answer_to(r, **found)) {
    case foreign_edits::abort: break;
    case foreign_edits::adopt: co_return co_await adopt(r, std::move(**found));
    case foreign_edits::cancel: co_return co_await cancel(r, std::move(**found));
    case foreign_edits::pause: co_return co_await pause(r, std::move(**found));
    case foreign_edits::revert: co_return co_await restore(r, std::move(**found));
  }
  co_return step_result{flow::outcome::failed, std::string(reason::k_foreign_edit), (*found)->what + "; all traffic goes to stable"};
}

}  // namespace leadsman::runner
