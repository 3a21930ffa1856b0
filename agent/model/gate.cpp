#include "model/gate.hpp"

namespace leadsman::model {

metric_gate gate_on(ready_made use) {
  metric_gate out;
  out.name = word_of(k_ready_made, use);
  out.use = use;
  out.unit = unit_of(use);
  out.better = better_of(use);
  return out;
}

gates_alone without_before(std::vector<gate> gates) {
  gates_alone out;
  for (gate& each : gates) {
    auto* metric = std::get_if<metric_gate>(&each);
    const bool compares = metric && metric->against == against::before;
    if (compares) metric->against = against::nothing;
    if (compares && !metric->max && !metric->min) out.left_out.push_back(metric->name);
    else out.gates.push_back(std::move(each));
  }
  return out;
}

}  // namespace leadsman::model
