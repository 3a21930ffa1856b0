#include "model/gate.hpp"

namespace leadsman::model {

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
