#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/deployment.hpp"
#include "model/event.hpp"
#include "wire/analysis.hpp"
#include "wire/events.hpp"

namespace leadsman::action {

// Which deployment is shown.
struct subject {
  std::string id;
  model::request_kind kind = model::request_kind::deploy;
  model::release_id release;
  std::string environment;
  std::string version;
  std::string chart_name;
  std::string chart;  // "shop-1.2.3"; empty for a rollback
  std::string chart_source;
  std::string agent;  // its address, for people; empty: embedded

  bool operator==(const subject&) const = default;
};

subject subject_of(const model::deployment& deployment, std::string agent);
std::string title_of(const subject& shown);  // "shop → production (namespace shop)"

struct step_progress {
  model::step_kind kind = model::step_kind::acquire;
  int attempt = 1;
  std::optional<int> weight;  // percent, of the steps of a canary
  model::step_status status = model::step_status::intended;
  std::string reason;
  std::string message;
  wall_time began{};
  std::chrono::milliseconds took{};  // of an ended one
};

// How the metrics of one weight ended, or those after the upgrade.
struct measured_step {
  std::optional<int> weight;  // percent, of a canary
  wire::analysis_verdict verdict;
};

// What is known of a deployment from its events: everything that is shown is a function of this.
struct progress {
  subject shown;
  model::phase phase = model::phase::pending;
  std::string reason;
  std::string message;
  std::vector<step_progress> steps;                  // in the order in which they began
  std::vector<wire::workload_progress> workloads;    // as last heard, in the order of their first appearance
  std::optional<wire::holder> holder;                // while waiting
  std::optional<wire::evidence> evidence;
  std::vector<wire::proof> proofs;
  std::vector<measured_step> measured;
  std::optional<wire::finished> finished;
  std::vector<std::string> warnings;
  std::vector<wire::log_lines> logs;  // of tests, the newest k_log_lines lines
  size_t log_lines = 0;
  bool logs_cut = false;
  std::optional<wall_time> first_at;
  wall_time last_at{};
  uint64_t last_seq = 0;
  std::vector<std::string> oddities;  // events that could not be read: a newer agent's

  static constexpr size_t k_log_lines = 2000;
};

// Folds one event in. Events of a kind's data that cannot be read are kept as an oddity and change nothing else.
void apply(progress& known, const model::event& event);

const step_progress* running_step(const progress& known);

// The data of an event as its struct. Errors: invalid_input.
template <class T>
result<T> data_of(const model::event& event) {
  const auto value = nlohmann::json::parse(event.data.empty() ? "{}" : event.data, nullptr, false);
  if (!value.is_object()) return fail(errc::invalid_input, "the event's data is not an object");
  return wire::parse<T>(value);
}

}  // namespace leadsman::action
