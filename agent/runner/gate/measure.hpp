#pragma once

#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "analysis/record.hpp"
#include "analysis/subjects.hpp"
#include "async/notifier.hpp"
#include "async/task.hpp"
#include "model/gate.hpp"
#include "wire/analysis.hpp"

namespace leadsman::runner {

// Asks the source of metrics: `metric.query` of docs/plugins.md, performed by a plugin or by a test. Errors: invalid_input
// (the query), refused, and unavailable or timed_out for whatever keeps it from answering.
using metric_call = std::function<task<result<nlohmann::json>>(std::string method, nlohmann::json params)>;

// What is measured about whom, and who hears of it. All of it outlives the measuring.
struct measuring_task {
  std::vector<model::gate> gates{};  // those that are not measured (helm-test) are left out
  // Asked before every look: pods come and go.
  std::function<analysis::subjects()> subjects{};
  nlohmann::json config = nlohmann::json::object();  // the source's own, handed on with each query
  metric_call call{};
  std::chrono::milliseconds patience = std::chrono::seconds(7);  // with one answer; less than the plugin's own time-out
  std::function<bool()> stop{};                                   // asked whenever `changed` is notified
  // Called once a look, one after another. An error ends the measuring with it.
  std::function<task<result<void>>(wire::measurement)> tell{};
  // What was seen before, by whoever measured here until now, and goes on being added to before each `tell`. Outlives the
  // measuring; null: from the beginning.
  analysis::gate_records* records = nullptr;
  // A gate whose verdict is anything but `failed` begins again, an interval later, until one has failed or it is told to stop.
  bool keeps_on = false;
};

// Measures all gates at once, each at its own pace, until one has failed or all have their verdict; advisory ones are not
// waited for. When told to stop it ends at once, with the verdict `measuring` of what was not decided.
// Errors: those of `tell`.
task<result<wire::analysis_verdict>> measure(notifier& changed, measuring_task about);

}  // namespace leadsman::runner
