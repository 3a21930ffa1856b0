#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/record.hpp"
#include "analysis/subjects.hpp"
#include "async/notifier.hpp"
#include "async/task.hpp"
#include "model/gate.hpp"
#include "plugin/metric.hpp"
#include "wire/analysis.hpp"

namespace leadsman::runner {

// Asks the source of metrics, a plugin or a test. Errors: those of plugin::ask_metric.
using metric_call = std::function<task<result<model::metric_answer>>(plugin::metric_question)>;

// Who is asked about, looked up before every look, since pods come and go; their names only when `with_pods`.
// Errors: whatever keeps them from being looked up.
using subjects_call = std::function<task<result<analysis::subjects>>(bool with_pods)>;

// What is measured about whom, and who hears of it. All of it outlives the measuring.
struct measuring_task {
  std::vector<model::gate> gates{};  // those that are not measured (helm-test) are left out
  subjects_call subjects{};
  metric_call call{};
  std::optional<wall_time> before{};  // when the upgrade began: what gates compare with ended then
  std::function<bool()> stop{};       // asked whenever `changed` is notified
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
