#include "runner/metrics/find.hpp"

#include <algorithm>

#include "runner/canary/examine.hpp"
#include "runner/gate/examine.hpp"
#include "runner/release_reader.hpp"
#include "runner/rollouts.hpp"

namespace leadsman::runner {

namespace {

constexpr int k_most_deployments = 50;  // looked through for the newest that says what is measured

// What a request says about measuring, whatever its strategy is.
model::measured_release measured_of(const model::deployment_request& request) { return request.canary ? model::measured_of(*request.canary) : request.measured; }

}  // namespace

result<model::metric_source> source_of(const model::measured_release& measured) {
  if (measured.metrics) return *measured.metrics;
  return fail(errc::not_found, "no source of metrics is known for this release; say one in leadsman.yaml, such as metrics: {prometheus: {address: http://prometheus.monitoring:9090}}, and deploy", "metrics");
}

task<result<std::string>> find_service(kube::client& api, model::release_id release, std::string named) {
  if (!named.empty()) co_return named;
  LEADSMAN_CO_TRY(const auto history, co_await read_history(api, release));
  const auto deployed = std::ranges::find(history.rbegin(), history.rend(), "deployed", &plan::observed_revision::status);
  if (deployed == history.rend()) co_return fail(errc::not_found, "helm has no deployed revision of release '" + release.name + "' in namespace '" + release.name_space + "'", "release");
  LEADSMAN_CO_TRY(const auto found, co_await read_revision(api, release, deployed->revision));
  if (!found) co_return fail(errc::unavailable, "the deployed revision went away while it was read");
  LEADSMAN_CO_TRY(const auto objects, helm::split_manifest(found->manifest, release.name_space));
  co_return measured_service("", objects);
}

task<result<model::measured_release>> rollouts::newest_measured(model::release_id id) {
  store::list_filter filter;
  filter.release = id;
  filter.limit = k_most_deployments;
  LEADSMAN_CO_TRY(const auto known, co_await shared_.store.list(filter));
  for (const model::deployment& d : known) {
    if (d.kind != model::request_kind::deploy || d.state.phase == model::phase::declined) continue;
    LEADSMAN_CO_TRY(const auto request, co_await request_of(d.id));
    co_return measured_of(request);
  }
  co_return fail(errc::not_found, "this agent has deployed no '" + id.name + "' in namespace '" + id.name_space + "': what is measured, and by whom, is not known", "release");
}

task<result<rollouts::measured_deployment>> rollouts::find_measured(std::string id) {
  measured_deployment found;
  LEADSMAN_CO_TRY(auto known, co_await shared_.store.find(id));
  if (!known) co_return fail(errc::not_found, "there is no deployment " + id);
  found.deployment = std::move(*known);
  LEADSMAN_CO_TRY(found.at, clusters_.find(found.deployment.release.cluster));
  if (found.deployment.kind == model::request_kind::rollback) {
    LEADSMAN_CO_TRY(found.measured, co_await newest_measured(found.deployment.release));
  } else {
    LEADSMAN_CO_TRY(const auto request, co_await request_of(id));
    found.measured = measured_of(request);
  }
  LEADSMAN_CO_TRY(found.source, source_of(found.measured));
  LEADSMAN_CO_TRY(found.service, co_await find_service(*found.at->api, found.deployment.release, found.measured.service));
  found.canary_service = examined_canary(found.deployment).service;
  co_return found;
}

}  // namespace leadsman::runner
