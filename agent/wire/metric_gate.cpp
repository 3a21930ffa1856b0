#include "wire/metric_gate.hpp"

#include "base/text.hpp"
#include "model/query_template.hpp"
#include "wire/measuring.hpp"
#include "wire/quantity.hpp"

namespace leadsman::wire {

using namespace std::chrono_literals;
using document::object_reader;
using model::metric_gate;
using model::query_variable;
using nlohmann::json;

namespace {

void refuse(object_reader& in, std::string_view key, std::string message) {
  if (in.has(key)) in.reject(key, std::move(message));
}

void read_ready_made(object_reader& in, metric_gate& gate) {
  gate.use = in.choice("use", model::ready_made::http_error_rate, model::k_ready_made);
  const std::string word(model::word_of(model::k_ready_made, *gate.use));
  gate.unit = model::unit_of(*gate.use);
  gate.better = model::better_of(*gate.use);
  gate.name = in.string("name", word);
  for (const char* key : {"query", "traffic", "unit", "better"}) refuse(in, key, "goes with a query of your own, not with `use`");
  if (model::counts_requests(*gate.use)) gate.from = in.choice("from", gate.from, model::k_request_source);
  if (*gate.use == model::ready_made::http_slow_share) {
    if (!in.has("slower-than")) in.reject("slower-than", "is required for " + word + ": requests slower than what?");
    gate.slower_than = read_span(in, "slower-than", 1s, 1ms, 1h);
  }
  if (*gate.use == model::ready_made::infrastructure) gate.pods = read_pod_bounds(in);
}

// The unit of a query of one's own is told by how its bounds are written.
model::unit unit_as_written(object_reader& in) {
  for (const char* key : {"max", "min", "good-enough"}) {
    if (!in.has(key)) continue;
    const auto bound = parse_quantity(in.child(key));
    if (bound) return bound->unit;
  }
  return model::unit::number;
}

void read_query(object_reader& in, std::string_view key, std::string& query, const metric_gate& gate) {
  query = in.string(key);
  const auto pieces = model::parse_query_template(query);
  if (!pieces) return in.reject(key, pieces.error().message);
  const bool has_side = model::mentions(*pieces, query_variable::canary) || model::mentions(*pieces, query_variable::canary_pods);
  if (gate.against == model::against::stable && !has_side) in.reject(key, "has no {{canary}}: asked for stable, where it stands for stable's Service, it would be the same query");
}

void read_own(object_reader& in, metric_gate& gate) {
  if (!in.has("query")) return in.reject("use", "is required, or a `query` of your own");
  gate.name = in.string("name");
  read_query(in, "query", gate.query, gate);
  if (in.has("traffic")) read_query(in, "traffic", gate.traffic, gate);
  gate.unit = in.choice("unit", unit_as_written(in), model::k_unit);
  gate.better = in.choice("better", gate.better, model::k_better);
}

void read_comparison(object_reader& in, metric_gate& gate) {
  if (gate.against == model::against::nothing) {
    for (const char* key : {"tolerance", "good-enough"}) refuse(in, key, "says how the number is compared; add `against: stable` (of a canary) or `against: before` (of a rolling release)");
    return;
  }
  gate.tolerance = read_bound(in, "tolerance", model::unit::share).value_or(0);
  gate.good_enough = read_bound(in, "good-enough", gate.unit);
}

void read_bounds(object_reader& in, metric_gate& gate) {
  gate.max = read_bound(in, "max", gate.unit);
  gate.min = read_bound(in, "min", gate.unit);
  const bool lower = gate.better == model::better::lower;
  if (gate.use && (lower ? gate.min : gate.max)) {
    in.reject(lower ? "min" : "max", std::string("is no bound of ") + std::string(model::word_of(model::k_ready_made, *gate.use)) + ", which is good when it is " + (lower ? "low; use max" : "high; use min"));
  }
  if (gate.unit == model::unit::share && gate.max == 1.0) in.reject("max", "nothing is above 100%: such a gate cannot fail");
  if (gate.unit == model::unit::share && gate.min == 0.0) in.reject("min", "nothing is below 0%: such a gate cannot fail");
  if (!gate.max && !gate.min && gate.against == model::against::nothing) in.reject(lower ? "max" : "min", "is required, unless the gate compares: `against: stable` of a canary, `against: before` of a rolling release");
}

}  // namespace

model::pod_bounds read_pod_bounds(object_reader& in) {
  model::pod_bounds out;
  out.cpu = read_bound(in, "cpu", model::unit::share).value_or(out.cpu);
  out.memory = read_bound(in, "memory", model::unit::share).value_or(out.memory);
  out.disk = read_bound(in, "disk", model::unit::share).value_or(out.disk);
  return out;
}

void add_pod_bounds(json& out, const model::pod_bounds& pods) {
  out["cpu"] = quantity_json(pods.cpu, model::unit::share);
  out["memory"] = quantity_json(pods.memory, model::unit::share);
  out["disk"] = quantity_json(pods.disk, model::unit::share);
}

result<metric_gate> read_metric_gate(const json& value, const std::string& path) {
  object_reader in(value, path);
  metric_gate gate;
  gate.against = in.choice("against", gate.against, model::k_against);
  if (in.has("use")) read_ready_made(in, gate);
  else read_own(in, gate);
  if (!is_dns_label(gate.name)) in.reject("name", "'" + truncate(gate.name, 60) + "' is no name; expected lower-case letters, digits and '-'");
  read_bounds(in, gate);
  read_comparison(in, gate);
  gate.advisory = in.boolean("advisory", false);
  gate.measuring = read_measuring(in);
  LEADSMAN_CHECK(in.finish());
  return gate;
}

json metric_gate_json(const metric_gate& gate) {
  json out{{"name", gate.name}, {"advisory", gate.advisory}};
  if (gate.use) {
    out["use"] = model::word_of(model::k_ready_made, *gate.use);
    if (model::counts_requests(*gate.use)) out["from"] = model::word_of(model::k_request_source, gate.from);
    if (gate.slower_than) out["slower-than"] = span_json(*gate.slower_than);
    if (*gate.use == model::ready_made::infrastructure) add_pod_bounds(out, gate.pods);
  } else {
    out["query"] = gate.query;
    if (!gate.traffic.empty()) out["traffic"] = gate.traffic;
    out["unit"] = model::word_of(model::k_unit, gate.unit);
    out["better"] = model::word_of(model::k_better, gate.better);
  }
  if (gate.max) out["max"] = quantity_json(*gate.max, gate.unit);
  if (gate.min) out["min"] = quantity_json(*gate.min, gate.unit);
  if (gate.against != model::against::nothing) {
    out["against"] = model::word_of(model::k_against, gate.against);
    out["tolerance"] = quantity_json(gate.tolerance, model::unit::share);
    if (gate.good_enough) out["good-enough"] = quantity_json(*gate.good_enough, gate.unit);
  }
  add_measuring(out, gate.measuring);
  return out;
}

}  // namespace leadsman::wire
