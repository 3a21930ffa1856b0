#include "model/canary.hpp"

namespace leadsman::model {

measured_release measured_of(const canary& c) {
  measured_release out{c.metrics, c.router.service, {}};
  for (const canary_step& step : c.steps) {
    for (const gate& each : step.gates) {
      const bool known = std::ranges::any_of(out.gates, [&](const gate& k) { return k.index() == each.index() && name_of(k) == name_of(each); });
      if (!known) out.gates.push_back(each);
    }
  }
  return out;
}

}  // namespace leadsman::model
