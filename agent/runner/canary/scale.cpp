#include "runner/canary/scale.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kube/endpoints.hpp"
#include "kube/snapshot.hpp"
#include "runner/canary/examine.hpp"
#include "runner/canary/replicas.hpp"
#include "runner/persist.hpp"
#include "twin/capacity.hpp"

namespace leadsman::runner {

using namespace std::chrono_literals;

namespace {

std::optional<step_result> canary_failed(std::string message) {
  return step_result{flow::outcome::failed, std::string(model::reason::k_canary_failed), std::move(message)};
}

std::vector<kube::object_ref> refs_of_both(const rollout& r, const twin::scaled_workload& w) { return {ref_of(r, w, w.stable), ref_of(r, w, w.name)}; }

// Stable's pods are counted as they are: an autoscaler may have given it more than its chart says.
task<result<void>> scale_up(rollout& r, twin::scaled_workload w, int weight, pod_counts& counted) {
  const std::vector<kube::object_ref> both = refs_of_both(r, w);
  LEADSMAN_CO_TRY(const auto found, co_await kube::get_all(*r.target.api, both));
  const auto& stable = found[0];
  const auto& live = found[1];
  if (stable) counted[w.stable] = kube::replicas_of(*stable);
  if (!live) co_return result<void>{};
  const int wanted = twin::pods_for(*r.request.canary, weight, stable ? kube::replicas_of(*stable) : 0);
  counted[w.name] = std::max(kube::replicas_of(*live), wanted);
  if (kube::replicas_of(*live) < wanted) LEADSMAN_CO_CHECK(co_await set_replicas(r, both[1], wanted));
  co_return result<void>{};
}

task<result<pod_counts>> scale_all(rollout& r, int weight) {
  pod_counts counted;
  for (const twin::scaled_workload& w : examined_canary(r).workloads) LEADSMAN_CO_CHECK(co_await scale_up(r, w, weight, counted));
  co_return counted;
}

// What the canary still lacks; empty when it is ready for traffic.
struct lack {
  std::string what;
  bool hopeless = false;
};

task<result<lack>> find_lack(rollout& r, const twin::assessment& canary) {
  std::vector<kube::object_ref> refs;
  for (const twin::scaled_workload& w : canary.workloads) refs.push_back(ref_of(r, w, w.name));
  LEADSMAN_CO_TRY(const auto unready, co_await kube::find_unready(*r.target.api, r.release().name_space, refs));
  if (!unready.empty()) {
    const kube::workload_status& first = unready.front();
    co_return lack{first.kind + " " + first.name + ": " + first.message, first.state == kube::workload_state::failed};
  }
  LEADSMAN_CO_TRY(const auto endpoints, co_await kube::read_endpoints(*r.target.api, r.release().name_space, canary.service));
  if (endpoints.ready == 0) co_return lack{"Service " + canary.service + " leads to no ready pod", false};
  co_return lack{};
}

}  // namespace

task<result<void>> set_replicas(rollout& r, kube::object_ref workload, int wanted) {
  kube::write_options options;
  options.subresource = "scale";
  const nlohmann::json patch{{"spec", {{"replicas", wanted}}}};
  LEADSMAN_CO_CHECK(co_await r.target.api->merge_patch(workload, patch, options));
  co_return result<void>{};
}

kube::object_ref ref_of(const rollout& r, const twin::scaled_workload& w, const std::string& name) { return {w.api_version, w.kind, r.release().name_space, name}; }

task<result<void>> ask_for_pods(rollout& r, int weight) {
  const ask<pod_counts> scaling = [&r, weight] { return scale_all(r, weight); };
  LEADSMAN_CO_TRY(auto counted, co_await persist(r, "canary", scaling));
  co_return co_await record_replicas(r, std::move(counted));
}

task<result<std::optional<step_result>>> be_enough(rollout& r, int weight) {
  const twin::assessment canary = examined_canary(r);
  const auto scaled = co_await ask_for_pods(r, weight);
  if (!scaled && r.interrupted()) co_return fail(scaled.error());
  if (!scaled) co_return canary_failed("the canary cannot be scaled: " + scaled.error().message);
  const ask<lack> looking = [&] { return find_lack(r, canary); };
  const auto deadline = std::chrono::steady_clock::now() + r.policy().timeout;
  for (;;) {
    LEADSMAN_CO_TRY(const lack now, co_await persist(r, "canary", looking));
    if (now.what.empty()) co_return std::optional<step_result>{};
    if (r.interrupted()) co_return fail(errc::canceled, "interrupted while the canary was becoming ready");
    if (now.hopeless || std::chrono::steady_clock::now() > deadline) co_return canary_failed(fmt::format("the canary is not ready for {} %: {}", weight, now.what));
    if (r.asked_to_leave()) co_return step_result{flow::outcome::done, std::string(model::reason::k_canceled_by_user), "stopped before the canary was ready"};
    co_await sleep_for(200ms);
  }
}

}  // namespace leadsman::runner
