#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "analysis/ready_made.hpp"
#include "support/temporary_folder.hpp"

// The ready-made queries, evaluated by Prometheus' own promtool on series that are made up. Skipped where there is none.
namespace leadsman::analysis {
namespace {

using namespace std::chrono_literals;
using model::ready_made;
using model::request_source;

bool has_promtool() { return std::system("command -v promtool >/dev/null 2>&1") == 0; }

// What every 15 s adds. Canary: 20 requests, one of them an error, 18 within 250 ms. Stable: 100 without error.
// One of the canary's pods is well, the other beyond all bounds and restarted a minute ago; stable's uses twice its limit.
constexpr const char* k_series = R"(
  - {series: 'http_requests_total{namespace="web",service="shop-canary",code="200"}', values: '0+19x20'}
  - {series: 'http_requests_total{namespace="web",service="shop-canary",code="500"}', values: '0+1x20'}
  - {series: 'http_requests_total{namespace="web",service="shop",code="200"}', values: '0+100x20'}
  - {series: 'http_requests_total{namespace="web",service="other",status="500"}', values: '0+100x20'}
  - {series: 'http_request_duration_seconds_bucket{namespace="web",service="shop-canary",le="0.1"}', values: '0+10x20'}
  - {series: 'http_request_duration_seconds_bucket{namespace="web",service="shop-canary",le="0.25"}', values: '0+18x20'}
  - {series: 'http_request_duration_seconds_bucket{namespace="web",service="shop-canary",le="1.0"}', values: '0+20x20'}
  - {series: 'http_request_duration_seconds_bucket{namespace="web",service="shop-canary",le="+Inf"}', values: '0+20x20'}
  - {series: 'http_request_duration_seconds_bucket{namespace="web",service="shop",le="0.1"}', values: '0+100x20'}
  - {series: 'http_request_duration_seconds_bucket{namespace="web",service="shop",le="+Inf"}', values: '0+100x20'}
  - {series: 'http_request_duration_seconds_sum{namespace="web",service="shop-canary"}', values: '0+4x20'}
  - {series: 'http_request_duration_seconds_count{namespace="web",service="shop-canary"}', values: '0+20x20'}
  - {series: 'envoy_cluster_upstream_rq{envoy_cluster_name="web_shop-canary_80",envoy_response_code="200"}', values: '0+9x20'}
  - {series: 'envoy_cluster_upstream_rq{envoy_cluster_name="web_shop-canary_80",envoy_response_code="503"}', values: '0+1x20'}
  - {series: 'envoy_cluster_upstream_rq{envoy_cluster_name="web_shop_80",envoy_response_code="200"}', values: '0+100x20'}
  - {series: 'envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="web_shop-canary_80",le="100"}', values: '0+10x20'}
  - {series: 'envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="web_shop-canary_80",le="250"}', values: '0+18x20'}
  - {series: 'envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="web_shop-canary_80",le="1000"}', values: '0+20x20'}
  - {series: 'envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="web_shop-canary_80",le="+Inf"}', values: '0+20x20'}
  - {series: 'envoy_cluster_upstream_rq_time_sum{envoy_cluster_name="web_shop-canary_80"}', values: '0+4000x20'}
  - {series: 'envoy_cluster_upstream_rq_time_count{envoy_cluster_name="web_shop-canary_80"}', values: '0+20x20'}
  - {series: 'up{namespace="web",service="shop-canary",pod="a"}', values: '1x20'}
  - {series: 'up{namespace="web",service="shop-canary",pod="b"}', values: '0x20'}
  - {series: 'container_cpu_usage_seconds_total{namespace="web",pod="shop-canary-7d9f-aaaaa",container="app"}', values: '0+7.5x20'}
  - {series: 'container_cpu_usage_seconds_total{namespace="web",pod="shop-canary-7d9f-bbbbb",container="app"}', values: '0+13.5x20'}
  - {series: 'container_cpu_usage_seconds_total{namespace="web",pod="shop-66c8-ccccc",container="app"}', values: '0+30x20'}
  - {series: 'container_memory_working_set_bytes{namespace="web",pod="shop-canary-7d9f-aaaaa",container="app"}', values: '100x20'}
  - {series: 'container_memory_working_set_bytes{namespace="web",pod="shop-canary-7d9f-bbbbb",container="app"}', values: '180x20'}
  - {series: 'container_memory_working_set_bytes{namespace="web",pod="shop-canary-7d9f-bbbbb",container=""}', values: '999x20'}
  - {series: 'container_fs_usage_bytes{namespace="web",pod="shop-canary-7d9f-aaaaa",container=""}', values: '10x20'}
  - {series: 'container_fs_usage_bytes{namespace="web",pod="shop-canary-7d9f-bbbbb",container=""}', values: '95x20'}
  - {series: 'container_fs_limit_bytes{namespace="web",pod="shop-canary-7d9f-aaaaa",container=""}', values: '100x20'}
  - {series: 'container_fs_limit_bytes{namespace="web",pod="shop-canary-7d9f-bbbbb",container=""}', values: '100x20'}
  - {series: 'kube_pod_container_resource_limits{namespace="web",pod="shop-canary-7d9f-aaaaa",resource="cpu"}', values: '1x20'}
  - {series: 'kube_pod_container_resource_limits{namespace="web",pod="shop-canary-7d9f-bbbbb",resource="cpu"}', values: '1x20'}
  - {series: 'kube_pod_container_resource_limits{namespace="web",pod="shop-66c8-ccccc",resource="cpu"}', values: '1x20'}
  - {series: 'kube_pod_container_resource_limits{namespace="web",pod="shop-canary-7d9f-aaaaa",resource="memory"}', values: '200x20'}
  - {series: 'kube_pod_container_resource_limits{namespace="web",pod="shop-canary-7d9f-bbbbb",resource="memory"}', values: '200x20'}
  - {series: 'kube_pod_container_status_restarts_total{namespace="web",pod="shop-canary-7d9f-aaaaa"}', values: '3x20'}
  - {series: 'kube_pod_container_status_restarts_total{namespace="web",pod="shop-canary-7d9f-bbbbb"}', values: '0x13 1x7'}
)";

questions ask(ready_made which, side whose = side::canary, request_source from = request_source::app, const char* canary = "shop-canary") {
  model::metric_gate gate;
  gate.use = which;
  gate.from = from;
  gate.slower_than = 250ms;
  return questions_about(gate, {{canary}, {"shop"}, "web", "shop"}, whose).value();
}

struct expectation {
  const char* name;
  std::string query;
  std::optional<double> value;  // absent: no series
};

std::string test_of(const expectation& e) {
  // Compared within Prometheus: 0.05 is not always 0.05.
  const std::string near = "abs((" + e.query + ") - " + std::to_string(e.value.value_or(0)) + ") < bool 0.001";
  return "  - {eval_time: 4m, expr: '" + near + "', exp_samples: [" + (e.value ? "{labels: '{}', value: 1}" : "") + "]}  # " + e.name + "\n";
}

std::vector<expectation> expectations() {
  const auto app = [](ready_made which) { return ask(which).value; };
  const auto envoy = [](ready_made which) { return ask(which, side::canary, request_source::envoy).value; };
  return {
      {"errors", app(ready_made::http_error_rate), 0.05},
      {"errors of stable, which has none", ask(ready_made::http_error_rate, side::stable).value, 0},
      {"errors of who calls the code otherwise", ask(ready_made::http_error_rate, side::canary, request_source::app, "other").value, {}},
      {"errors of nobody", ask(ready_made::http_error_rate, side::canary, request_source::app, "nobody").value, {}},
      {"requests", ask(ready_made::http_error_rate).traffic, 80},
      {"newest request", ask(ready_made::http_error_rate).newest, 240},
      {"p95", app(ready_made::http_p95), 0.625},
      {"p99", app(ready_made::http_p99), 0.925},
      {"mean", app(ready_made::http_mean), 0.2},
      {"slow", app(ready_made::http_slow_share), 0.1},
      {"timed requests", ask(ready_made::http_p99).traffic, 80},
      {"newest timed request", ask(ready_made::http_p99).newest, 240},
      {"envoy: errors", envoy(ready_made::http_error_rate), 0.1},
      {"envoy: errors of stable", ask(ready_made::http_error_rate, side::stable, request_source::envoy).value, 0},
      {"envoy: requests", ask(ready_made::http_error_rate, side::canary, request_source::envoy).traffic, 40},
      {"envoy: p99", envoy(ready_made::http_p99), 0.925},
      {"envoy: mean", envoy(ready_made::http_mean), 0.2},
      {"envoy: slow", envoy(ready_made::http_slow_share), 0.1},
      {"uptime", app(ready_made::uptime), 0.5},
      {"cpu", app(ready_made::cpu), 0.9},
      {"cpu of stable", ask(ready_made::cpu, side::stable).value, 2},
      {"memory", app(ready_made::memory), 0.9},
      {"disk", app(ready_made::disk), 0.95},
      {"pods", ask(ready_made::cpu).traffic, 2},
      {"newest sample of a pod", ask(ready_made::cpu).newest, 240},
      {"restarts", "round(" + app(ready_made::restarts) + ")", 1},
      {"infrastructure", app(ready_made::infrastructure), 0.5},
      {"samples of the infrastructure", "(" + ask(ready_made::infrastructure).traffic + ") >= bool 36", 1},
      {"samples of no infrastructure", ask(ready_made::infrastructure, side::canary, request_source::app, "nobody").traffic, 0},
  };
}

TEST(ReadyMade, MeansToPrometheusWhatItsNameSays) {
  if (!has_promtool()) GTEST_SKIP() << "no promtool";
  const test::temporary_folder folder;
  const auto file = folder.path() / "test.yaml";
  std::ofstream out(file);
  out << "rule_files: []\nevaluation_interval: 15s\ntests:\n- interval: 15s\n  input_series:" << k_series << "  promql_expr_test:\n";
  for (const expectation& e : expectations()) out << test_of(e);
  out.close();
  ASSERT_TRUE(out);
  EXPECT_EQ(std::system(("promtool test rules '" + file.string() + "' 1>&2").c_str()), 0) << "see above";
}

}  // namespace
}  // namespace leadsman::analysis
