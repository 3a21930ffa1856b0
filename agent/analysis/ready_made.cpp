#include "analysis/ready_made.hpp"

#include <cstdio>

#include "analysis/counted.hpp"

namespace leadsman::analysis {

using model::ready_made;

namespace {

// What one source calls what happened to requests.
struct request_words {
  std::string counter;  // of answers
  std::string code;     // its label with the status
  std::string time;     // histogram: with _bucket, _sum, _count
  std::string selector;
  double seconds;       // of one unit of the histogram
};

const request_words& words_of(model::request_source from) {
  static const request_words k_app{"http_requests_total", "code", "http_request_duration_seconds", R"(namespace="{{namespace}}",service="{{canary}}")", 1};
  static const request_words k_envoy{"envoy_cluster_upstream_rq", "envoy_response_code", "envoy_cluster_upstream_rq_time", R"(envoy_cluster_name=~"{{namespace}}_{{canary}}_[^_]+")", 0.001};
  return from == model::request_source::app ? k_app : k_envoy;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

std::string newest_of(const std::string& series) { return "max(timestamp(" + series + "))"; }

// Of answers whatever their status.
std::string every_answer(const request_words& w) { return w.counter + "{" + w.selector + "," + w.code + R"(!=""})"; }

// Only series that have the label: an application that calls it otherwise would never have an error.
questions error_rate(const request_words& w) {
  const std::string all = every_answer(w);
  const std::string failed = w.counter + "{" + w.selector + "," + w.code + R"(=~"5.."})";
  // No series of errors at all is no error, as long as there are answers.
  return {"(sum(rate(" + failed + "[{{window}}])) or vector(0)) / sum(rate(" + all + "[{{window}}]))",
          "sum(increase(" + all + "[{{window}}]))", newest_of(all)};
}

questions about_time(const request_words& w, const std::string& value) {
  const std::string count = w.time + "_count{" + w.selector + "}";
  return {value, "sum(increase(" + count + "[{{window}}]))", newest_of(count)};
}

std::string in_seconds(const request_words& w, const std::string& value) {
  return w.seconds == 1 ? value : value + " * " + number(w.seconds);
}

questions quantile(const request_words& w, const char* share) {
  return about_time(w, in_seconds(w, "histogram_quantile(" + std::string(share) + ", sum by (le) (rate(" + w.time + "_bucket{" + w.selector + "}[{{window}}])))"));
}

questions mean(const request_words& w) {
  const auto rate = [&](const char* what) { return "sum(rate(" + w.time + what + "{" + w.selector + "}[{{window}}]))"; };
  return about_time(w, in_seconds(w, rate("_sum") + " / " + rate("_count")));
}

questions throughput(const request_words& w) {
  const std::string all = w.counter + "{" + w.selector + "}";
  return {"sum(rate(" + all + "[{{window}}]))", "sum(increase(" + all + "[{{window}}]))", newest_of(all)};
}

// The bound has to be one of the histogram's: some write it 1, some 1.0.
questions slow_share(const request_words& w, std::chrono::milliseconds slower_than) {
  const std::string le = number(static_cast<double>(slower_than.count()) / 1000 / w.seconds);
  const auto rate = [&](const std::string& bound) { return "sum(rate(" + w.time + "_bucket{" + w.selector + ",le=~\"" + bound + "\"}[{{window}}]))"; };
  return about_time(w, "1 - " + rate(le + "|" + le + "[.]0") + " / " + rate("[+]Inf"));
}

questions uptime() {
  const std::string up = R"(up{namespace="{{namespace}}",service="{{canary}}"})";
  return {"avg(avg_over_time(" + up + "[{{window}}]))", "sum(count_over_time(" + up + "[{{window}}]))", newest_of(up)};
}

constexpr const char* k_pods = R"(namespace="{{namespace}}",pod=~"{{canary-pods}}")";
const std::string k_containers = std::string(k_pods) + R"(,container!="",container!="POD")";
const std::string k_memory_used = "container_memory_working_set_bytes{" + k_containers + "}";

std::string limits(const char* resource) {
  return "sum by (pod) (kube_pod_container_resource_limits{" + std::string(k_pods) + ",resource=\"" + resource + "\"})";
}

// Shares of what a pod may use, a series a pod.
std::string cpu() { return "sum by (pod) (rate(container_cpu_usage_seconds_total{" + k_containers + "}[{{window}}])) / " + limits("cpu"); }
std::string memory() { return "sum by (pod) (" + k_memory_used + ") / " + limits("memory"); }
std::string disk() { return "max by (pod) (container_fs_usage_bytes{" + std::string(k_pods) + "} / container_fs_limit_bytes{" + k_pods + "})"; }

questions of_the_worst_pod(const std::string& share) { return {"max(" + share + ")", "count(" + share + ")", newest_of(k_memory_used)}; }

questions restarts() {
  const std::string counter = "kube_pod_container_status_restarts_total{" + std::string(k_pods) + "}";
  return {"sum(increase(" + counter + "[{{window}}]))", "count(" + counter + ")", newest_of(counter)};
}

// Every pod, each of three checks, each ten seconds of the window. A check without limits to hold it against has no samples.
questions infrastructure(const model::pod_bounds& bounds) {
  std::string within, all;
  const auto add = [&](const std::string& share, double bound) {
    const std::string plus = all.empty() ? "" : " + ";
    within += plus + "(sum(sum_over_time((" + share + " <= bool " + number(bound) + ")[{{window}}:10s])) or vector(0))";
    all += plus + "(sum(count_over_time((" + share + ")[{{window}}:10s])) or vector(0))";
  };
  add(cpu(), bounds.cpu);
  add(memory(), bounds.memory);
  add(disk(), bounds.disk);
  return {"(" + within + ") / (" + all + ")", all, newest_of(k_memory_used)};
}

}  // namespace

questions ready_made_questions(const model::metric_gate& gate) {
  const request_words& w = words_of(gate.from);
  switch (gate.use.value_or(ready_made::http_error_rate)) {
    case ready_made::http_error_rate: return error_rate(w);
    case ready_made::http_p95: return quantile(w, "0.95");
    case ready_made::http_p99: return quantile(w, "0.99");
    case ready_made::http_mean: return mean(w);
    case ready_made::http_throughput: return throughput(w);
    case ready_made::http_slow_share: return slow_share(w, gate.slower_than.value_or(std::chrono::seconds(1)));
    case ready_made::uptime: return uptime();
    case ready_made::cpu: return of_the_worst_pod(cpu());
    case ready_made::memory: return of_the_worst_pod(memory());
    case ready_made::disk: return of_the_worst_pod(disk());
    case ready_made::restarts: return restarts();
    case ready_made::infrastructure: return infrastructure(gate.pods);
  }
  return {};
}

counter_queries queries_of_counters(model::request_source from) {
  const std::string all = every_answer(words_of(from));
  return {"sum(" + all + ") or vector(0)", "min(timestamp(" + all + "))"};
}

int min_samples_of(const model::metric_gate& gate) {
  if (gate.measuring.min_samples) return *gate.measuring.min_samples;
  const bool many = gate.use && (model::counts_requests(*gate.use) || *gate.use == ready_made::infrastructure);
  return many ? 10 : 1;
}

}  // namespace leadsman::analysis
