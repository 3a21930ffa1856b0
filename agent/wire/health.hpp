#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/release_id.hpp"
#include "wire/analysis.hpp"
#include "wire/model.hpp"

// What the API answers about health and metrics. The keys are the members' names.
namespace leadsman::wire {

// `unknown` is not healthy: somewhere there was no number to judge.
enum class health { healthy,
                    unhealthy,
                    unknown };
inline constexpr model::word<health> k_health[]{{"healthy", health::healthy}, {"unhealthy", health::unhealthy}, {"unknown", health::unknown}};
LEADSMAN_JSON_WORDS(health, k_health)

// One check of the decision tree, looked at once.
struct health_check {
  std::string check;  // "error-rate"
  model::verdict verdict = model::verdict::inconclusive;  // passed, failed, inconclusive, error
  std::optional<double> value;
  std::optional<double> bound;
  std::optional<double> samples;  // requests, scrapes or pod samples that the value is about
  model::unit unit = model::unit::number;
  std::string reading;  // as of wire::measurement
  std::string reason;   // CamelCase
  std::string message;  // a sentence; may hold words of the source
  std::string query;

  bool operator==(const health_check&) const = default;
};

struct release_health {
  wire::health health = health::unknown;
  std::string reason;   // of the first check that decided; empty when healthy
  std::string message;
  model::release_id release;
  std::string service;  // whose requests and pods
  std::string source;   // the plugin
  std::string window;   // "60s"
  std::string at;       // RFC 3339
  std::vector<health_check> checks;  // in the tree's order

  bool operator==(const release_health&) const = default;
};

// One number, looked at once.
struct number {
  std::string reading;  // as of wire::measurement
  std::optional<double> value;
  std::optional<double> samples;
  std::string message;  // why there is no value; may hold words of the source

  bool operator==(const number&) const = default;
};

struct latency {
  number p99;   // seconds
  number mean;  // seconds

  bool operator==(const latency&) const = default;
};

// One of the two Services.
struct side_metrics {
  std::string service;
  number error_rate;  // share
  wire::latency latency;
  number throughput;  // requests a second
  number cpu;         // share of the limit, of the pod that is nearest to it
  number memory;      // likewise

  bool operator==(const side_metrics&) const = default;
};

struct told_measurement {
  std::string at;
  std::optional<int> weight;  // percent that the canary had; absent: after the upgrade
  wire::measurement measurement;
};

struct told_verdict {
  std::string at;
  std::optional<int> weight;
  analysis_verdict verdict;
};

// Metrics of a deployment so far.
struct deployment_metrics {
  std::string deployment;
  model::release_id release;
  model::phase phase = model::phase::pending;
  std::string source;
  std::string window;
  std::string at;                      // now, or when the deployment ended
  std::optional<side_metrics> canary;  // absent: rolling
  side_metrics stable;                 // of a rolling release, the release itself
  std::vector<told_measurement> measurements;  // what its gates saw, oldest first
  std::vector<told_verdict> verdicts;
};

// A metric in one window.
struct metric_window {
  std::string at;      // its end
  std::string window;
  wire::number number;

  bool operator==(const metric_window&) const = default;
};

// A metric before a deployment and after it.
struct metric_change {
  std::string deployment;
  model::release_id release;
  std::string service;
  std::string source;
  std::string metric;
  model::unit unit = model::unit::number;
  metric_window before;
  metric_window after;
  std::optional<double> change;           // after less before; absent unless there are both
  std::optional<double> relative_change;  // as a share of before; absent when that is 0
  std::string query;

  bool operator==(const metric_change&) const = default;
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(health_check, check, verdict, value, bound, samples, unit, reading, reason, message, query)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(release_health, health, reason, message, release, service, source, window, at, checks)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(number, reading, value, samples, message)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(latency, p99, mean)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(side_metrics, service, error_rate, latency, throughput, cpu, memory)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(told_measurement, at, weight, measurement)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(told_verdict, at, weight, verdict)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(deployment_metrics, deployment, release, phase, source, window, at, canary, stable, measurements, verdicts)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(metric_window, at, window, number)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(metric_change, deployment, release, service, source, metric, unit, before, after, change, relative_change, query)

// How it is asked.
struct metric_options {
  std::string metric{};  // of a comparison: a ready-made one, or the name of a gate of the deployment
  std::optional<std::chrono::milliseconds> window{};
  std::optional<model::request_source> from{};
  std::optional<model::measured_release> measured{};  // instead of what the newest deployment has said; of health only
};

}  // namespace leadsman::wire
