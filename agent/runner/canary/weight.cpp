#include "runner/canary/weight.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "flow/weights.hpp"
#include "runner/canary/entry.hpp"
#include "runner/canary/in_effect.hpp"
#include "runner/canary/put_back.hpp"
#include "runner/canary/route_record.hpp"
#include "runner/persist.hpp"
#include "wire/events.hpp"

namespace leadsman::runner {

using model::event_kind;
using nlohmann::json;
using namespace std::chrono_literals;
namespace reason = model::reason;

namespace {

// Most routers answer in a few hundredths of a second; one that does not is not asked as often.
constexpr auto k_first_pause = 10ms;
constexpr auto k_longest_pause = 320ms;
constexpr int k_most_races = 10;  // lost against whoever else writes the route

// Who is to see the canary.
struct wanted {
  int weight = 0;
  std::vector<model::traffic_match> matches{};
  bool backend = false;  // the canary has to be in the route, even at weight 0
  bool enters = false;   // it becomes one now, at weight 0
  bool leaves = false;   // it is taken out of the route next
};

std::vector<plugin::route_match> for_router(const std::vector<model::traffic_match>& matches) {
  std::vector<plugin::route_match> out;
  for (const model::traffic_match& m : matches) {
    const bool cookie = m.kind == model::traffic_match::by::cookie;
    out.push_back({cookie ? plugin::route_match::by::cookie : plugin::route_match::by::header, m.name, m.value});
  }
  return out;
}

wanted wanted_at(const rollout& r, int weight) {
  wanted to{weight};
  if (const model::canary_step* step = model::step_of(*r.request.canary, weight)) to.matches = step->matches;
  return to;
}

// A canary that is no backend has no traffic, and neither has one whose route is gone.
bool is_set(const route& seen, const wanted& to) {
  if (to.backend && !seen.view.weight) return false;
  return seen.view.weight.value_or(0) == to.weight && seen.view.matches == for_router(to.matches);
}

step_result router_failed(std::string message) { return {flow::outcome::failed, std::string(reason::k_router_failed), std::move(message)}; }

// The ledger knows a weight before the route does. On the way home it learns of it afterwards: nothing may delay that.
task<result<void>> note(rollout& r, const wanted& to) {
  if (!to.backend) co_return result<void>{};
  co_return co_await note_canary(r, to.weight);
}

enum class setting { as_it_was, written, not_entered };

// A race that was lost is run again. A canary that is no backend yet is not given a weight.
task<result<setting>> set_weight(rollout& r, wanted to) {
  const plugin::router_target target = target_of(r);
  for (int race = 0;; ++race) {
    LEADSMAN_CO_TRY(const route seen, co_await look_at_route(r, target));
    if (is_set(seen, to)) {
      LEADSMAN_CO_CHECK(co_await note(r, to));
      co_return setting::as_it_was;
    }
    if (to.backend && !to.enters && !seen.view.weight) co_return setting::not_entered;
    LEADSMAN_CO_CHECK(co_await record_originals(r, seen.objects.found));
    LEADSMAN_CO_TRY(auto change, co_await change_for(r, seen, to.weight, for_router(to.matches)));
    LEADSMAN_CO_CHECK(co_await record_written(r, change.write));
    LEADSMAN_CO_CHECK(co_await note(r, to));
    const auto wrote = co_await write_route(r, std::move(change));
    if (wrote) co_return setting::written;
    if (wrote.error().code != errc::conflict || race >= k_most_races) co_return fail(wrote.error());
  }
}

// How the router took it.
struct reception {
  std::optional<step_result> failed{};
  bool accepted = false;  // its status says so; false: it gives none
};

// Until the router itself says that it took the weight. One that gives no status is given the settle time.
task<result<reception>> wait_accepted(rollout& r, wanted to) {
  const plugin::router_target target = target_of(r);
  const ask<route> looking = [&r, target] { return look_at_route(r, target); };
  const auto began = std::chrono::steady_clock::now();
  for (auto pause = k_first_pause;; pause = std::min(pause * 2, k_longest_pause)) {
    LEADSMAN_CO_TRY(const route seen, co_await persist(r, "route", looking));
    reception came;
    if (seen.gone()) co_return came;
    const auto waited = std::chrono::steady_clock::now() - began;
    came.accepted = seen.view.accepted == plugin::acceptance::yes;
    if (!is_set(seen, to)) {
      came.failed = router_failed(fmt::format("{} % was set, and {} made it {} % in the same moment", to.weight, last_editor(seen.objects.found), seen.view.weight.value_or(0)));
      co_return came;
    }
    // What is not taken may be the canary itself, whose Service somebody has removed: it leaves the route, and then it is asked again.
    if (to.leaves && seen.view.accepted == plugin::acceptance::no) co_return came;
    if (came.accepted || (seen.view.accepted == plugin::acceptance::unknown && waited > settle_of(r))) co_return came;
    if (waited > r.policy().timeout) {
      came.failed = router_failed(fmt::format("{} % was set, and the router did not accept it: {}", to.weight, seen.view.message));
      co_return came;
    }
    if (r.interrupted()) co_return fail(errc::canceled, "interrupted while a weight was being accepted");
    co_await sleep_for(pause);
  }
}

task<result<void>> tell_stage(rollout& r, wire::weight_change told, std::string message) {
  co_return co_await r.log.tell(event_kind::weight, std::move(message), json(told));
}

std::string name_of(const wanted& to) {
  const std::string share = fmt::format("{} %", to.weight);
  return to.matches.empty() ? share : fmt::format("{} and {} match{}", share, to.matches.size(), to.matches.size() == 1 ? "" : "es");
}

// What traffic said, for the event.
wire::weight_change with_traffic(wire::weight_change told, const sighting& seen, int64_t after_ms) {
  told.stage = wire::weight_stage::in_effect;
  told.verified = seen.says == sighting::verdict::confirmed;
  told.after_ms = after_ms;
  told.by = seen.by;
  told.requests = seen.seen.all;
  if (seen.seen.all > 0) told.share = seen.seen.share();
  told.failed = seen.failed;
  return told;
}

// Traffic that is elsewhere ends the step, unless the user said otherwise. That probes have no answer does so on the way to
// the canary: on the way home that would leave traffic where it is not wanted.
bool is_trouble(const sighting& seen, const wanted& to) {
  return seen.says == sighting::verdict::contradicted || (seen.says == sighting::verdict::unanswered && (to.weight > 0 || !to.matches.empty()));
}

task<result<step_result>> end_of_look(rollout& r, wanted to, sighting seen, wire::weight_change told, std::string taken) {
  const bool trouble = is_trouble(seen, to);
  const std::string name = name_of(to);
  if (trouble && r.request.canary->in_effect->otherwise == model::unconfirmed::abort) co_return router_failed(fmt::format("{} {}, but {}", name, taken, seen.message));
  const std::string why = seen.message.empty() ? "" : ": " + seen.message;
  const std::string message = told.verified ? fmt::format("{} in effect ({})", name, seen.message) : fmt::format("{} {}, not verified by traffic{}", name, taken, why);
  if (trouble) LEADSMAN_CO_CHECK(co_await r.log.tell(event_kind::warning, message + "; gone on, as otherwise: go-on says"));
  LEADSMAN_CO_CHECK(co_await tell_stage(r, told, message));
  co_return step_result{flow::outcome::done, "", message};
}

// From written to in effect, each stage told. `stop` ends the look at traffic.
task<result<step_result>> see_through(rollout& r, wanted to, setting how, std::function<bool()> stop) {
  const auto began = std::chrono::steady_clock::now();
  const auto elapsed = [began] { return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began).count(); };
  const std::string name = name_of(to);
  wire::weight_change told;
  told.weight = to.weight;
  told.router = router_of(r).plugin;
  if (how == setting::written) LEADSMAN_CO_CHECK(co_await tell_stage(r, told, name + " set"));
  LEADSMAN_CO_TRY(const reception came, co_await wait_accepted(r, to));
  if (came.failed) co_return *came.failed;
  told.stage = wire::weight_stage::accepted;
  told.after_ms = elapsed();
  if (came.accepted) LEADSMAN_CO_CHECK(co_await tell_stage(r, told, fmt::format("{} accepted by {} after {} ms", name, told.router, told.after_ms)));
  expected_traffic expected{to.weight, to.matches};
  LEADSMAN_CO_TRY(sighting seen, co_await look_at_traffic(r, std::move(expected), std::move(stop)));
  if (seen.says == sighting::verdict::unknown) co_await sleep_for(settle_of(r));
  told = with_traffic(std::move(told), seen, elapsed());
  co_return co_await end_of_look(r, std::move(to), std::move(seen), std::move(told), came.accepted ? "accepted" : "set");
}

// A gateway may know of a backend's share a moment before it knows the backend: so the canary enters the route, and leaves it,
// at weight 0, each accepted before the next change. (Contour with Envoy answered 31 of 9,356 requests with 503 without this,
// 0 of 14,276 with it.)
task<result<std::optional<step_result>>> enter_route(rollout& r) {
  wanted entered;
  entered.backend = entered.enters = true;
  const ask<setting> entering = [&r, entered] { return set_weight(r, entered); };
  LEADSMAN_CO_CHECK(co_await persist(r, "route", entering));
  LEADSMAN_CO_TRY(const reception came, co_await wait_accepted(r, entered));
  co_return came.failed;
}

// Only where the objects are what they were: then nobody sees who had written them meanwhile.
task<result<void>> restore_managers(rollout& r) {
  for (const json& before : originals_of(r)) {
    const kube::object_ref ref = kube::ref_of(before);
    LEADSMAN_CO_TRY(const auto live, co_await r.target.api->get(ref));
    if (!live || kube::at(*live, "/spec") != kube::at(before, "/spec")) continue;
    const json patch{{"metadata", {{"resourceVersion", kube::text_at(*live, "/metadata/resourceVersion")}, {"managedFields", kube::at(before, "/metadata/managedFields")}}}};
    LEADSMAN_CO_CHECK(co_await r.target.api->merge_patch(ref, patch));
  }
  co_return result<void>{};
}

task<result<void>> give_back(rollout& r) {
  for (int race = 0;; ++race) {
    LEADSMAN_CO_TRY(const route seen, co_await look_at_route(r, target_of(r)));
    LEADSMAN_CO_TRY(auto change, co_await change_back(r, seen));
    auto wrote = co_await write_route(r, std::move(change));
    if (wrote) wrote = co_await restore_managers(r);
    if (wrote || wrote.error().code != errc::conflict || race >= k_most_races) co_return wrote;
  }
}

task<result<step_result>> release_by_router(rollout& r) {
  wanted leaving;
  leaving.leaves = true;
  const ask<setting> sending = [&r, leaving] { return set_weight(r, leaving); };
  const auto wrote = co_await persist(r, "route", sending);
  if (!wrote && r.interrupted()) co_return fail(wrote.error());
  std::string how;
  // A route in which no weight can be set any more (somebody has added a rule) can still be rid of the canary.
  if (wrote) {
    const std::function<bool()> stop = [&r] { return r.interrupted(); };
    LEADSMAN_CO_TRY(const step_result home, co_await see_through(r, leaving, *wrote, stop));
    if (home.outcome != flow::outcome::done) co_return home;
    how = ": " + home.message;
  }
  const ask<void> returning = [&r] { return give_back(r); };
  const auto returned = co_await persist(r, "route", returning);
  if (!returned) co_return fail(wrote ? returned.error() : wrote.error());
  wanted gone;
  LEADSMAN_CO_TRY(const reception left, co_await wait_accepted(r, gone));
  if (left.failed) co_return *left.failed;
  co_return step_result{flow::outcome::done, "", "all traffic is at stable" + how};
}

}  // namespace

int weight_set(const rollout& r) { return flow::weight_now(r.now().steps).value_or(0); }

bool is_as_set(const rollout& r, const route& seen) { return seen.view.problems.empty() && is_set(seen, wanted_at(r, weight_set(r))); }

task<result<step_result>> lead_traffic(rollout& r, int weight) {
  wanted to = wanted_at(r, weight);
  to.backend = true;
  const ask<setting> leading = [&r, to] { return set_weight(r, to); };
  auto wrote = co_await persist(r, "route", leading);
  if (wrote && *wrote == setting::not_entered) {
    const auto entered = co_await enter_route(r);
    if (!entered && r.interrupted()) co_return fail(entered.error());
    if (!entered) co_return router_failed("the canary cannot be made a backend of the route: " + entered.error().message);
    if (*entered) co_return **entered;
    wrote = co_await persist(r, "route", leading);
  }
  if (!wrote && r.interrupted()) co_return fail(wrote.error());
  if (!wrote) co_return router_failed(fmt::format("{} % could not be set: {}", weight, wrote.error().message));
  const std::function<bool()> stop = [&r] { return r.interrupted() || r.asked_to_stop(); };
  const auto seen = co_await see_through(r, to, *wrote, stop);
  if (!seen && !r.interrupted()) co_return router_failed(fmt::format("{} % was set, and whether it was accepted is not known: {}", weight, seen.error().message));
  co_return seen;
}

task<result<step_result>> release_route(rollout& r) {
  auto came = co_await release_by_router(r);
  if (came || r.interrupted()) co_return came;
  co_return co_await put_route_back(r, came.error().message);
}

}  // namespace leadsman::runner
