#include "runner/canary/weight.hpp"

#include <fmt/format.h>

#include "flow/weights.hpp"
#include "runner/canary/entry.hpp"
#include "runner/canary/route_record.hpp"
#include "runner/persist.hpp"
#include "wire/events.hpp"

namespace leadsman::runner {

using model::event_kind;
using nlohmann::json;
using namespace std::chrono_literals;
namespace reason = model::reason;

namespace {

constexpr auto k_between_looks = 50ms;
constexpr int k_most_races = 10;  // lost against whoever else writes the route

// Who is to see the canary.
struct wanted {
  int weight = 0;
  std::vector<plugin::route_match> matches{};
  bool backend = false;  // the canary has to be in the route, even at weight 0
};

wanted wanted_at(const rollout& r, int weight) {
  wanted to{weight};
  const model::canary_step* step = model::step_of(*r.request.canary, weight);
  if (!step) return to;
  for (const model::traffic_match& m : step->matches) {
    const bool cookie = m.kind == model::traffic_match::by::cookie;
    to.matches.push_back({cookie ? plugin::route_match::by::cookie : plugin::route_match::by::header, m.name, m.value});
  }
  return to;
}

// A canary that is no backend has no traffic, and neither has one whose route is gone.
bool is_set(const route& seen, const wanted& to) {
  if (to.backend && !seen.view.weight) return false;
  return seen.view.weight.value_or(0) == to.weight && seen.view.matches == to.matches;
}

step_result router_failed(std::string message) { return {flow::outcome::failed, std::string(reason::k_router_failed), std::move(message)}; }

// The ledger knows a weight before the route does. On the way home it learns of it afterwards: nothing may delay that.
task<result<void>> note(rollout& r, const wanted& to) {
  if (!to.backend) co_return result<void>{};
  co_return co_await note_canary(r, to.weight);
}

// True when something was written. A race that was lost is run again.
task<result<bool>> set_weight(rollout& r, wanted to) {
  const plugin::router_target target = target_of(r);
  for (int race = 0;; ++race) {
    LEADSMAN_CO_TRY(const route seen, co_await look_at_route(r, target));
    if (is_set(seen, to)) {
      LEADSMAN_CO_CHECK(co_await note(r, to));
      co_return false;
    }
    LEADSMAN_CO_CHECK(co_await record_originals(r, seen.objects.found));
    LEADSMAN_CO_TRY(auto change, co_await change_for(r, seen, to.weight, to.matches));
    LEADSMAN_CO_CHECK(co_await record_written(r, change.write));
    LEADSMAN_CO_CHECK(co_await note(r, to));
    const auto wrote = co_await write_route(r, std::move(change));
    if (wrote) co_return true;
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
  for (;;) {
    LEADSMAN_CO_TRY(const route seen, co_await persist(r, "route", looking));
    reception came;
    if (seen.gone()) co_return came;
    const auto waited = std::chrono::steady_clock::now() - began;
    came.accepted = seen.view.accepted == plugin::acceptance::yes;
    if (!is_set(seen, to)) {
      came.failed = router_failed(fmt::format("{} % was set, and {} made it {} % in the same moment", to.weight, last_editor(seen.objects.found), seen.view.weight.value_or(0)));
      co_return came;
    }
    if (came.accepted || (seen.view.accepted == plugin::acceptance::unknown && waited > settle_of(r))) co_return came;
    if (waited > r.policy().timeout) {
      came.failed = router_failed(fmt::format("{} % was set, and the router did not accept it: {}", to.weight, seen.view.message));
      co_return came;
    }
    if (r.interrupted()) co_return fail(errc::canceled, "interrupted while a weight was being accepted");
    co_await sleep_for(k_between_looks);
  }
}

task<result<void>> tell_stage(rollout& r, wire::weight_change told, std::string message) {
  co_return co_await r.log.tell(event_kind::weight, std::move(message), json(told));
}

std::string name_of(const wanted& to) {
  const std::string share = fmt::format("{} %", to.weight);
  return to.matches.empty() ? share : fmt::format("{} and {} match{}", share, to.matches.size(), to.matches.size() == 1 ? "" : "es");
}

task<result<step_result>> see_through(rollout& r, wanted to, bool wrote) {
  const auto began = std::chrono::steady_clock::now();
  const auto elapsed = [began] { return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began).count(); };
  const std::string name = name_of(to);
  wire::weight_change told{to.weight, wire::weight_stage::set, true, router_of(r).plugin, 0};
  if (wrote) LEADSMAN_CO_CHECK(co_await tell_stage(r, told, name + " set"));
  LEADSMAN_CO_TRY(const reception came, co_await wait_accepted(r, to));
  if (came.failed) co_return *came.failed;
  told.stage = wire::weight_stage::accepted;
  told.after_ms = elapsed();
  if (came.accepted) LEADSMAN_CO_CHECK(co_await tell_stage(r, told, fmt::format("{} accepted by {} after {} ms", name, told.router, told.after_ms)));
  co_await sleep_for(settle_of(r));
  told.stage = wire::weight_stage::in_effect;
  told.verified = false;
  told.after_ms = elapsed();
  const std::string message = fmt::format("{} {}, not verified by traffic", name, came.accepted ? "accepted" : "set");
  LEADSMAN_CO_CHECK(co_await tell_stage(r, told, message));
  co_return step_result{flow::outcome::done, "", message};
}

// A gateway may know of a backend's share a moment before it knows the backend: so the canary enters the route, and leaves it,
// at weight 0, each accepted before the next change. (Contour with Envoy answered 31 of 9,356 requests with 503 without this,
// 0 of 14,276 with it.)
task<result<std::optional<step_result>>> enter_route(rollout& r) {
  wanted entered;
  entered.backend = true;
  const ask<bool> setting = [&r, entered] { return set_weight(r, entered); };
  const ask<route> looking = [&r] { return look_at_route(r, target_of(r)); };
  LEADSMAN_CO_TRY(const route seen, co_await persist(r, "route", looking));
  if (seen.view.weight) co_return std::optional<step_result>{};
  LEADSMAN_CO_CHECK(co_await persist(r, "route", setting));
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

}  // namespace

int weight_set(const rollout& r) { return flow::weight_now(r.now().steps).value_or(0); }

bool is_as_set(const rollout& r, const route& seen) { return seen.view.problems.empty() && is_set(seen, wanted_at(r, weight_set(r))); }

task<result<step_result>> lead_traffic(rollout& r, int weight) {
  wanted to = wanted_at(r, weight);
  to.backend = true;
  const auto entered = co_await enter_route(r);
  if (!entered && r.interrupted()) co_return fail(entered.error());
  if (!entered) co_return router_failed("the canary cannot be made a backend of the route: " + entered.error().message);
  if (*entered) co_return **entered;
  const ask<bool> setting = [&r, to] { return set_weight(r, to); };
  const auto wrote = co_await persist(r, "route", setting);
  if (!wrote && r.interrupted()) co_return fail(wrote.error());
  if (!wrote) co_return router_failed(fmt::format("{} % could not be set: {}", weight, wrote.error().message));
  co_return co_await see_through(r, to, *wrote);
}

task<result<step_result>> release_route(rollout& r) {
  const wanted none;
  const ask<bool> setting = [&r, none] { return set_weight(r, none); };
  const auto wrote = co_await persist(r, "route", setting);
  if (!wrote && r.interrupted()) co_return fail(wrote.error());
  // A route in which no weight can be set any more (somebody has added a rule) can still be rid of the canary.
  if (wrote) {
    LEADSMAN_CO_TRY(const step_result home, co_await see_through(r, none, *wrote));
    if (home.outcome != flow::outcome::done) co_return home;
  }
  const ask<void> returning = [&r] { return give_back(r); };
  const auto returned = co_await persist(r, "route", returning);
  if (!returned && r.interrupted()) co_return fail(returned.error());
  if (!returned && !wrote) co_return router_failed("traffic could not be led home: " + wrote.error().message);
  if (!returned) co_return router_failed("all traffic is at stable, but the route could not be made as it was: " + returned.error().message);
  LEADSMAN_CO_TRY(const reception left, co_await wait_accepted(r, none));
  if (left.failed) co_return *left.failed;
  co_return step_result{flow::outcome::done, "", "all traffic is at stable"};
}

}  // namespace leadsman::runner
