#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "model/words.hpp"

namespace leadsman::model {

// What a number means: how it is written ("1%", "250ms", 3) and shown. Shares are kept as 0 to 1, times as seconds, as
// Prometheus does.
enum class unit {
  number,
  share,
  seconds,
};
inline constexpr word<unit> k_unit[]{{"number", unit::number}, {"share", unit::share}, {"seconds", unit::seconds}};

enum class better {
  lower,
  higher,
};
inline constexpr word<better> k_better[]{{"lower", better::lower}, {"higher", better::higher}};

// Who counts requests: the application itself (http_requests_total), or Envoy in front of it (Contour and others).
enum class request_source {
  app,
  envoy,
};
inline constexpr word<request_source> k_request_source[]{{"app", request_source::app}, {"envoy", request_source::envoy}};

// Queries that need not be written. Their PromQL is in analysis/ready_made.cpp.
enum class ready_made {
  http_error_rate,  // answers 5xx of all answers
  http_p95,
  http_p99,
  http_mean,        // response time
  http_throughput,  // answers a second
  http_slow_share,  // requests slower than `slower-than`
  uptime,           // scrapes that were answered
  cpu,              // of the limit, of the pod that is nearest to it
  memory,
  disk,
  restarts,         // of containers, within the window
  infrastructure,   // samples of pods within their bounds for cpu, memory and disk
};
inline constexpr word<ready_made> k_ready_made[]{
    {"http-error-rate", ready_made::http_error_rate},
    {"http-p95", ready_made::http_p95},
    {"http-p99", ready_made::http_p99},
    {"http-mean", ready_made::http_mean},
    {"http-throughput", ready_made::http_throughput},
    {"http-slow-share", ready_made::http_slow_share},
    {"uptime", ready_made::uptime},
    {"cpu", ready_made::cpu},
    {"memory", ready_made::memory},
    {"disk", ready_made::disk},
    {"restarts", ready_made::restarts},
    {"infrastructure", ready_made::infrastructure},
};

constexpr unit unit_of(ready_made which) {
  switch (which) {
    case ready_made::http_p95:
    case ready_made::http_p99:
    case ready_made::http_mean: return unit::seconds;
    case ready_made::http_throughput:
    case ready_made::restarts: return unit::number;
    default: return unit::share;
  }
}

constexpr better better_of(ready_made which) {
  switch (which) {
    case ready_made::http_throughput:
    case ready_made::uptime:
    case ready_made::infrastructure: return better::higher;
    default: return better::lower;
  }
}

constexpr bool counts_requests(ready_made which) { return which <= ready_made::http_slow_share; }

// When to look, and how often a look may say what.
//
// One bad look fails: a bound is what the user calls bad, and a window has smoothed it already. A look without a number
// never passes; three may be, since a new version is scraped only after a while and traffic has gaps. A source that does
// not answer four times in a row (two minutes unless told otherwise) is down, not slow.
struct measuring {
  std::chrono::milliseconds interval = std::chrono::seconds(30);
  int count = 5;  // numbers to judge before it passes
  std::chrono::milliseconds window = std::chrono::minutes(1);  // what one number is about: {{window}}
  std::optional<std::chrono::milliseconds> delay{};            // before the first look; a window unless given
  int failure_limit = 0;
  int inconclusive_limit = 3;
  int error_limit = 3;  // in a row
  std::optional<int> min_samples{};  // requests (or scrapes, or pod samples) in a window; fewer say nothing
  std::chrono::milliseconds stale_after = std::chrono::minutes(2);

  bool operator==(const measuring&) const = default;
};

// The bounds that a pod's cpu, memory and disk have to keep, as shares of their limits.
struct pod_bounds {
  double cpu = 0.80;
  double memory = 0.85;
  double disk = 0.90;

  bool operator==(const pod_bounds&) const = default;
};

// What a gate's number is held beside.
enum class against {
  nothing,
  stable,  // stable's, now
  before,  // its own, in the window before the upgrade
};
inline constexpr word<against> k_against[]{{"stable", against::stable}, {"before", against::before}};

// One number that is looked at again and again: within its bounds, or not worse than another.
struct metric_gate {
  std::string name;
  std::optional<ready_made> use{};
  std::string query{};    // PromQL with {{variables}}, when nothing ready-made is used
  std::string traffic{};  // PromQL of how many samples `query` is about; may be empty
  request_source from = request_source::app;  // of a ready-made one about requests
  std::optional<std::chrono::milliseconds> slower_than{};
  model::unit unit = unit::number;
  model::better better = better::lower;
  std::optional<double> max{};  // allowed are both bounds themselves
  std::optional<double> min{};
  model::against against = against::nothing;
  double tolerance = 0;  // so much worse, as a share of the other number, is not worse
  std::optional<double> good_enough{};  // this or better is good, whatever the other is
  bool advisory = false;                // measured and told; decides nothing
  pod_bounds pods{};                    // of `infrastructure`
  model::measuring measuring{};

  bool operator==(const metric_gate&) const = default;
};

// One that measures a ready-made number under its own word.
metric_gate gate_on(ready_made use);

// The decision tree: is the error rate above its bound? p99? the infrastructure's health below its? … Each "yes" returns to
// stable. An absent bound is not looked at.
struct health_gate {
  request_source from = request_source::app;
  std::optional<double> error_rate = 0.05;
  std::optional<double> p99 = 1.0;  // seconds
  std::optional<double> infrastructure = 0.95;
  pod_bounds pods{};
  std::optional<double> response_time = 2.0;  // mean, seconds
  std::optional<double> uptime = 0.999;
  bool advisory = false;
  model::measuring measuring{};

  bool operator==(const health_gate&) const = default;
};

struct helm_test_gate {
  bool operator==(const helm_test_gate&) const = default;
};

// What has to hold before a rollout goes on.
using gate = std::variant<helm_test_gate, metric_gate, health_gate>;

// As it is written, and names it in plans, events and tables.
inline std::string name_of(const gate& g) {
  if (const auto* metric = std::get_if<metric_gate>(&g)) return metric->name;
  return std::holds_alternative<health_gate>(g) ? "health" : "helm-test";
}

// What is left of these gates when there is no before to compare with, at a first installation: the bounds that they have
// besides. `left_out` names those that have none, and are gone.
struct gates_alone {
  std::vector<gate> gates;
  std::vector<std::string> left_out;
};
gates_alone without_before(std::vector<gate> gates);

// Who is asked for numbers: the plugin's name, and what the user wrote below it.
struct metric_source {
  std::string plugin;
  std::string config;  // JSON text

  bool operator==(const metric_source&) const = default;
};

// What is measured of the release itself, whatever its strategy is.
struct measured_release {
  std::optional<metric_source> metrics{};
  std::string service{};      // whose requests and pods; empty: the only Service of the chart
  std::vector<gate> gates{};  // of a rolling one, after the upgrade and its tests

  bool operator==(const measured_release&) const = default;
};

// How a gate stands. Only `passed` lets a rollout go on.
enum class verdict { measuring,     // not yet known
                     passed,
                     failed,        // a number is bad
                     inconclusive,  // too often there was no number to judge
                     error };       // the source cannot be asked
inline constexpr word<verdict> k_verdict[]{{"measuring", verdict::measuring}, {"passed", verdict::passed}, {"failed", verdict::failed}, {"inconclusive", verdict::inconclusive}, {"error", verdict::error}};

}  // namespace leadsman::model
