#include "runner/canary/examine.hpp"

#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "flow/past.hpp"
#include "runner/canary/probe.hpp"
#include "runner/canary/route_io.hpp"
#include "runner/chart.hpp"
#include "runner/permission/review.hpp"
#include "runner/reach_check.hpp"
#include "runner/release_reader.hpp"
#include "twin/graceful_end.hpp"
#include "wire/json.hpp"

namespace leadsman::runner {

using nlohmann::json;

namespace {

task<result<helm::render_outcome>> render_canary(rollout& r) {
  const helm::upgrade_request ask_helm = upgrade_request_of(r, side::canary);
  auto rendering = r.shared.helm.render(r.target.kubeconfig, ask_helm, r.canary_values, helm::observer{});
  co_return co_await std::move(rendering);
}

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

// What the agent may not do with the objects of the route.
task<result<std::vector<std::string>>> denied_on_route(rollout& r, std::vector<kube::object_ref> objects) {
  std::vector<permission> wanted;
  for (const kube::object_ref& ref : objects) {
    LEADSMAN_CO_TRY(const auto kind, co_await r.target.api->mapping(ref.api_version, ref.kind));
    std::ranges::move(route_permissions(ref, kind), std::back_inserter(wanted));
  }
  LEADSMAN_CO_TRY(const auto denied, co_await find_denied(*r.target.api, std::move(wanted)));
  std::vector<std::string> problems;
  for (const permission& p : denied) problems.push_back("the agent may not " + to_string(p.what) + " in " + p.what.name_space + ", which it has to for the route");
  co_return problems;
}

// Why traffic cannot be led to the canary; the route is asked for, and not touched.
task<result<std::vector<std::string>>> problems_of_route(rollout& r, std::string canary_service) {
  std::vector<std::string> problems;
  const std::string& name = router_of(r).plugin;
  if (!r.shared.plugins.find(name)) {
    problems.push_back("this agent has no router '" + name + "'; it has " + join(r.shared.plugins.names(), ", "));
    co_return problems;
  }
  const auto seen = co_await look_at_route(r, target_of(r, canary_service));
  if (!seen && is_silence(seen.error())) co_return fail(seen.error());
  if (!seen) problems.push_back("router " + name + ": " + seen.error().message);
  if (!seen) co_return problems;
  for (const std::string& problem : seen->view.problems) problems.push_back("router " + name + ": " + problem);
  LEADSMAN_CO_TRY(auto denied, co_await denied_on_route(r, seen->objects.asked));
  std::ranges::move(denied, std::back_inserter(problems));
  co_return problems;
}

}  // namespace

task<result<canary_finding>> examine_canary(rollout& r, helm::release stable) {
  canary_finding found;
  LEADSMAN_CO_TRY(auto rendering, co_await render_canary(r));
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
  LEADSMAN_CO_TRY(found.problems, co_await problems_of_route(r, found.assessment.service));
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
