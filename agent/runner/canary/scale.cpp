#include "runner/canary/scale.hpp"

#include <fmt/format.h>

#include "kube/endpoints.hpp"
#include "kube/snapshot.hpp"
#include "runner/canary/examine.hpp"
#include "runner/persist.hpp"
#include "twin/capacity.hpp"

namespace leadsman::runner {

using namespace std::chrono_literals;

namespace {

std::optional<step_result> canary_failed(std::string message) {
  return step_result{flow::outcome::failed, std::string(model::reason::k_canary_failed), std::move(message)};
}

// The pods that stable has at most: an autoscaler may have given it more than its chart says.
task<result<int>> pods_of_stable(rollout& r, twin::scaled_workload w) {
  LEADSMAN_CO_TRY(const auto live, co_await r.target.api->get(ref_of(r, w, w.stable)));
  if (!live) co_return 0;
  co_return kube::replicas_of(*live);
}

task<result<void>> scale_up(rollout& r, twin::scaled_workload w, int weight) {
  LEADSMAN_CO_TRY(const int stable, co_await pods_of_stable(r, w));
  const int wanted = twin::pods_for(*r.request.canary, weight, stable);
  const kube::object_ref ref = ref_of(r, w, w.name);
  LEADSMAN_CO_TRY(const auto live, co_await r.target.api->get(ref));
  if (!live || kube::replicas_of(*live) >= wanted) co_return result<void>{};
  co_return co_await set_replicas(r, ref, wanted);
}

task<result<void>> scale_all(rollout& r, const twin::assessment& canary, int weight) {
  for (const twin::scaled_workload& w : canary.workloads) LEADSMAN_CO_CHECK(co_await scale_up(r, w, weight));
  co_return result<void>{};
}

// What the canary still lacks; empty when it is ready for traffic.
struct lack {
  std::string what;
  bool hopeless = false;
};

task<result<lack>> find_lack(rollout& r, const twin::assessment& canary) {
  std::vector<kube::object_ref> refs;
  for (const twin::scaled_workload& w : canary.workloads) refs.push_back(ref_of(r, w, w.name));
  LEADSMAN_CO_TRY(const auto statuses, co_await kube::read_workloads(*r.target.api, r.release().name_space, refs));
  for (const kube::workload_status& s : statuses) {
    if (!kube::is_unready(s.state)) continue;
    co_return lack{s.kind + " " + s.name + ": " + s.message, s.state == kube::workload_state::failed};
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

task<result<std::optional<step_result>>> be_enough(rollout& r, int weight) {
  const twin::assessment canary = examined_canary(r);
  const ask<void> scaling = [&] { return scale_all(r, canary, weight); };
  const auto scaled = co_await persist(r, "canary", scaling);
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
