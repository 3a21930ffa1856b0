#pragma once

#include <string_view>
#include <vector>

#include "action/output/progress.hpp"
#include "action/output/styled.hpp"

namespace leadsman::action {

// A line that is said once and stays. `foreign`: its text was written by somebody else (a test, a pod, helm), so a job
// log must not obey it.
struct spoken_line {
  styled_line line;
  bool foreign = false;

  friend bool operator==(const spoken_line&, const spoken_line&) = default;
};

enum class detail {
  milestones,  // a live block shows the workloads and pods
  everything,  // each change of a workload is a line
};

// What an event gives to say, in lines. `before` is what was known without it: what has not changed is not said again.
// The end (finished, evidence, proof) is told by closing_lines instead.
std::vector<spoken_line> narrate(const progress& before, const model::event& event, detail how_much);

std::string title_of(model::step_kind kind, std::optional<int> weight = {});  // "helm upgrade --install", "traffic to the canary 5 %"
std::string_view mark_of(model::step_status status);      // ✓ ✗ ●
style style_of(model::step_status status);
styled_line step_line(const step_progress& step);         // an ended one
styled_line pod_line(const wire::pod_progress& pod);
styled_line workload_line(const wire::workload_progress& workload);
std::string name_of(const wire::workload_progress& workload);  // "Deployment/shop"

}  // namespace leadsman::action
