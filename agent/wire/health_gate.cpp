#include "wire/health_gate.hpp"

#include "wire/measuring.hpp"
#include "wire/metric_gate.hpp"
#include "wire/quantity.hpp"

namespace leadsman::wire {

using model::health_gate;
using model::unit;
using nlohmann::json;

namespace {

struct bound {
  const char* key;
  std::optional<double> health_gate::* member;
  model::unit unit;
};

constexpr bound k_bounds[]{
    {"error-rate", &health_gate::error_rate, unit::share},
    {"p99", &health_gate::p99, unit::seconds},
    {"infrastructure", &health_gate::infrastructure, unit::share},
    {"response-time", &health_gate::response_time, unit::seconds},
    {"uptime", &health_gate::uptime, unit::share},
};

}  // namespace

result<health_gate> read_health_gate(const json& value, const std::string& path) {
  health_gate gate;
  if (value.is_null()) return gate;
  document::object_reader in(value, path);
  bool any = false;
  for (const bound& b : k_bounds) {
    gate.*b.member = read_bound_or_off(in, b.key, b.unit, gate.*b.member);
    any = any || gate.*b.member;
  }
  gate.from = in.choice("from", gate.from, model::k_request_source);
  gate.pods = read_pod_bounds(in);
  gate.advisory = in.boolean("advisory", false);
  gate.measuring = read_measuring(in);
  if (!any) in.reject("error-rate", "every check is off: nothing would be looked at");
  LEADSMAN_CHECK(in.finish());
  return gate;
}

json health_gate_json(const health_gate& gate) {
  json out{{"from", model::word_of(model::k_request_source, gate.from)}, {"advisory", gate.advisory}};
  for (const bound& b : k_bounds) {
    const std::optional<double>& limit = gate.*b.member;
    out[b.key] = limit ? quantity_json(*limit, b.unit) : json(false);
  }
  add_pod_bounds(out, gate.pods);
  add_measuring(out, gate.measuring);
  return out;
}

}  // namespace leadsman::wire
