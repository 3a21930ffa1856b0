#include "runner/canary/examine.hpp"

#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "flow/past.hpp"
#include "runner/canary/probe.hpp"
#include "runner/canary/route_io.hpp"
#include "runner/chart.hpp"
#include "runner/gate/try_queries.hpp"
#include "runner/permission/collect.hpp"
#include "runner/permission/review.hpp"
#include "runner/reach_check.hpp"
#include "runner/release_reader.hpp"
#include "twin/graceful_end.hpp"
#include "wire/json.hpp"

namespace leadsman::runner {

using nlohmann::json;

namespace {

task<result<std::vector<helm::object>>> deployed_objects(rollout& r) {
  LEADSMAN_CO_TRY(const auto deployed, co_await read_revision(*r.target.api, r.release(), r.plan.deployed_revision.value_or(0)));
  if (!deployed) co_return std::vector<helm::object>{};
  co_return helm::split_manifest(deployed->manifest, r.release().name_space);
}

task<result<std::set<std::string>>> cluster_scoped_kinds(rollout& r, std::vector<helm::object> objects) {
  std::set<std::string> kinds;
  for (const helm::object& o : objects) {
    LEADSMAN_CO_TRY(const object_scope scope, co_await scope_of(r, o.api_version, o.kind));
    if (scope == object_scope::of_the_cluster) kinds.insert(o.api_version + " " + o.kind);
  }
  co_return kinds;
}

// Why traffic cannot be led to the canary; the route is asked for, and not touched. The objects that were asked for are in `refs`.
task<result<void>> look_at_route_of(rollout& r, canary_finding& found, std::vector<kube::object_ref>& refs) {
  const std::string& name = router_of(r).plugin;
  if (!r.shared.plugins.find(name)) {
    found.problems.push_back("this agent has no router '" + name + "'; it has " + first_of(join(r.shared.plugins.names(), ", "), "no plugin at all"));
    co_return result<void>{};
  }
  const plugin::router_target target = target_of(r, found.assessment.service);
  auto seen = co_await look_at_route(r, target);
  if (!seen && is_silence(seen.error())) co_return fail(seen.error());
  if (!seen && seen.error().code == errc::forbidden) {
    const plugin::objects_router router(r.shared.plugins, name);
    auto asking = router.objects(target);
    auto asked = co_await std::move(asking);
    // What may not be read is missing among the permissions; a plugin that nobody may start is asked in vain.
    if (asked) {
      refs = std::move(*asked);
      co_return result<void>{};
    }
  }
  if (!seen) {
    found.problems.push_back("router " + name + ": " + seen.error().message);
    co_return result<void>{};
  }
  for (const std::string& problem : seen->view.problems) found.problems.push_back("router " + name + ": " + problem);
  found.route = std::move(seen->objects.found);
  refs = std::move(seen->objects.asked);
  co_return result<void>{};
}

// What there will be of the canary: objects, tests and hooks.
result<std::vector<kube::object_ref>> kept_refs(const rollout& r, const canary_finding& found) {
  LEADSMAN_TRY(auto objects, helm::split_created(found.rendered->manifest, r.release().name_space));
  for (const helm::hook& hook : found.rendered->hooks) {
    LEADSMAN_TRY(auto more, helm::split_created(hook.manifest, r.release().name_space));
    std::ranges::move(more, std::back_inserter(objects));
  }
  const auto is_left_out = [&](const helm::object& o) { return std::ranges::find(found.assessment.make.leave_out, twin::key_of(o.kind, o.name)) != found.assessment.make.leave_out.end(); };
  std::erase_if(objects, is_left_out);
  return refs_of(objects);
}

// What the agent may not do with the canary's objects and the route's.
task<result<std::vector<permission>>> denied_for(rollout& r, const canary_finding& found, std::vector<kube::object_ref> route) {
  LEADSMAN_CO_TRY(auto refs, kept_refs(r, found));
  LEADSMAN_CO_TRY(auto wanted, co_await collect_permissions(*r.target.api, r.release().name_space, std::move(refs), false));
  for (const twin::scaled_workload& w : found.assessment.workloads) {
    LEADSMAN_CO_TRY(const auto kind, co_await r.target.api->mapping(w.api_version, w.kind));
    std::ranges::move(scale_permissions({w.api_version, w.kind, r.release().name_space, w.name}, kind), std::back_inserter(wanted.all));
  }
  for (const kube::object_ref& ref : route) {
    LEADSMAN_CO_TRY(const auto kind, co_await r.target.api->mapping(ref.api_version, ref.kind));
    std::ranges::move(route_permissions(ref, kind), std::back_inserter(wanted.all));
  }
  co_return co_await find_denied(*r.target.api, std::move(wanted.all));
}

}  // namespace

task<result<helm::render_outcome>> render_canary(rollout& r) {
  const helm::upgrade_request ask_helm = upgrade_request_of(r, side::canary);
  auto rendering = r.shared.helm.render(r.target.kubeconfig, ask_helm, r.canary_values, helm::observer{});
  co_return co_await std::move(rendering);
}

task<result<canary_finding>> examine_canary(rollout& r, helm::release stable, helm::render_outcome rendering) {
  canary_finding found;
  if (rendering.run.failed) {
    found.problems.push_back("the chart cannot be rendered under the canary's name: " + rendering.run.failed->message);
    co_return found;
  }
  twin::sides both;
  LEADSMAN_CO_TRY(both.stable, helm::split_manifest(stable.manifest, r.release().name_space));
  LEADSMAN_CO_TRY(both.canary, helm::split_manifest(rendering.rendered->manifest, r.release().name_space));
  LEADSMAN_CO_TRY(both.deployed, co_await deployed_objects(r));
  LEADSMAN_CO_TRY(both.cluster_scoped, co_await cluster_scoped_kinds(r, both.canary));
  both.hooks = rendering.rendered->hooks;
  found.assessment = twin::assess(both, *r.request.canary);
  found.abrupt_end = twin::lacks_graceful_end(both.stable, router_of(r).service);
  found.rendered = std::move(rendering.rendered);
  found.problems = found.assessment.refused;
  if (!found.problems.empty()) co_return found;
  std::vector<kube::object_ref> route;
  LEADSMAN_CO_CHECK(co_await look_at_route_of(r, found, route));
  LEADSMAN_CO_TRY(found.denied, co_await denied_for(r, found, std::move(route)));
  auto trying = try_queries(r, gates_of_weights(*r.request.canary), router_of(r).service);
  tried_queries tried = co_await std::move(trying);
  found.metrics = std::move(tried.rows);
  std::ranges::move(tried.problems, std::back_inserter(found.problems));
  if (const auto& check = r.request.canary->in_effect; check && check->probe) {
    found.probed = co_await probe_stable(r);
    const std::string problem = analysis::why_it_tells_nothing(*check->probe, found.probed);
    if (!problem.empty()) found.problems.push_back("the probe " + check->probe->url + " " + problem);
  }
  co_return found;
}

twin::assessment examined_canary(const rollout& r) { return examined_canary(r.now()); }

twin::assessment examined_canary(const model::deployment& d) {
  const model::step_record* preflight = flow::find_step(d.steps, model::step_kind::preflight);
  const json found = (preflight ? detail_of(*preflight) : json::object()).value(k_examined_canary, json::object());
  return wire::parse<twin::assessment>(found).value_or(twin::assessment{});
}

}  // namespace leadsman::runner
