#include "wire/gate.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "document/reader.hpp"
#include "wire/health_gate.hpp"
#include "wire/metric_gate.hpp"

namespace leadsman::wire {

using nlohmann::json;

namespace {

constexpr const char* k_helm_test = "helm-test";
constexpr const char* k_health = "health";
constexpr const char* k_metric = "metric";
const std::vector<std::string> k_gates{k_helm_test, k_metric, k_health};

// "health", {"health": {…}} and {"health": null} alike: the gate's word and what is below it.
result<std::pair<std::string, json>> word_of(const json& item, const std::string& path) {
  if (item.is_string()) return std::pair(item.get<std::string>(), json());
  if (item.is_object() && item.size() == 1) return std::pair(item.begin().key(), item.begin().value());
  const std::string found = item.is_object() ? "a mapping with " + std::to_string(item.size()) + " keys" : document::describe(item);
  return fail(errc::invalid_input, "expected one gate, such as helm-test or {metric: {…}}, found " + found, path);
}

result<model::gate> read_gate(const json& item, const std::string& path) {
  LEADSMAN_TRY(const auto given, word_of(item, path));
  const auto& [word, below] = given;
  const std::string inner = path + "." + word;
  if (word == k_metric) return read_metric_gate(below, inner);
  if (word == k_health) return read_health_gate(below, inner);
  if (word != k_helm_test) {
    const auto meant = nearest(word, k_gates);
    return fail(errc::invalid_input, "unknown gate '" + truncate(word, 60) + "'; allowed is " + one_of(k_gates) + (meant ? " (did you mean '" + *meant + "'?)" : ""), path);
  }
  if (!below.is_null()) return fail(errc::invalid_input, "helm-test has nothing to be set; how long tests may take is `timeout`", inner);
  return model::helm_test_gate{};
}

// What cannot be asked for where there is no stable beside it.
result<void> check_after_upgrade(const model::gate& gate, const std::string& path) {
  if (std::holds_alternative<model::helm_test_gate>(gate)) {
    return fail(errc::invalid_input, "the tests of a rolling release run after each upgrade, before these gates; `tests` says whether they have to be there", path);
  }
  const auto* metric = std::get_if<model::metric_gate>(&gate);
  if (!metric || metric->against != model::against::stable) return {};
  return fail(errc::invalid_input, "a rolling release has no stable version beside it to compare with; `against: before` compares with what it was before the upgrade", path + ".metric.against");
}

result<void> check_beside_stable(const model::gate& gate, const std::string& path) {
  const auto* metric = std::get_if<model::metric_gate>(&gate);
  if (!metric || metric->against != model::against::before) return {};
  return fail(errc::invalid_input, "stable serves beside the canary, under the same load; `against: stable` compares with it", path + ".metric.against");
}

result<void> check_place(const model::gate& gate, const std::string& path, gate_place where) {
  return where == gate_place::after_upgrade ? check_after_upgrade(gate, path) : check_beside_stable(gate, path);
}

}  // namespace

result<std::vector<model::gate>> read_gates(const json& list, const std::string& path, gate_place where) {
  std::vector<model::gate> gates;
  if (list.is_null()) return gates;
  if (!list.is_array()) return fail(errc::invalid_input, "expected a list of gates, found " + document::describe(list), path);
  std::set<std::string> names;
  for (const json& item : list) {
    const std::string at = path + "[" + std::to_string(gates.size()) + "]";
    LEADSMAN_TRY(model::gate gate, read_gate(item, at));
    LEADSMAN_CHECK(check_place(gate, at, where));
    const std::string name = model::name_of(gate);
    if (!names.insert(name).second) return fail(errc::invalid_input, "there is a gate '" + name + "' already; give one of them another name", at);
    gates.push_back(std::move(gate));
  }
  return gates;
}

json gates_json(const std::vector<model::gate>& gates) {
  json list = json::array();
  for (const model::gate& gate : gates) {
    if (const auto* metric = std::get_if<model::metric_gate>(&gate)) list.push_back({{k_metric, metric_gate_json(*metric)}});
    else if (const auto* health = std::get_if<model::health_gate>(&gate)) list.push_back({{k_health, health_gate_json(*health)}});
    else list.push_back(k_helm_test);
  }
  return list;
}

result<std::optional<model::metric_source>> read_metric_source(const json& value, const std::string& path) {
  if (value.is_null()) return std::nullopt;
  if (!value.is_object() || value.size() != 1) return fail(errc::invalid_input, "expected one source, such as prometheus: {address: http://prometheus:9090}, found " + document::describe(value), path);
  const std::string& plugin = value.begin().key();
  const json& config = value.begin().value();
  if (!is_dns_label(plugin)) return fail(errc::invalid_input, "'" + truncate(plugin, 60) + "' is no plugin's name", path);
  if (!config.is_object()) return fail(errc::invalid_input, "expected a mapping, found " + document::describe(config), path + "." + plugin);
  return model::metric_source{plugin, config.dump()};
}

json metric_source_json(const std::optional<model::metric_source>& source) {
  if (!source) return nullptr;
  return {{source->plugin, json::parse(source->config)}};
}

result<void> check_source(const std::vector<model::gate>& gates, const std::optional<model::metric_source>& source, const std::string& path) {
  const bool measures = std::ranges::any_of(gates, [](const model::gate& g) { return !std::holds_alternative<model::helm_test_gate>(g); });
  if (!measures || source) return {};
  return fail(errc::invalid_input, "the gates measure something; say where, such as: prometheus: {address: http://prometheus.monitoring:9090}", path);
}

result<model::measured_release> read_measured_release(document::object_reader& in) {
  model::measured_release out;
  const json& gates = in.child("gates");
  LEADSMAN_TRY(out.metrics, read_metric_source(in.child("metrics"), in.path_of("metrics")));
  LEADSMAN_TRY(out.gates, read_gates(gates, in.path_of("gates"), gate_place::after_upgrade));
  LEADSMAN_CHECK(check_source(out.gates, out.metrics, in.path_of("metrics")));
  out.service = in.string("service", "");
  if (!out.service.empty() && !is_dns_label(out.service)) in.reject("service", "'" + truncate(out.service, 60) + "' is no name of a Service");
  LEADSMAN_CHECK(in.finish());
  return out;
}

void add_measured_release(json& out, const model::measured_release& measured) {
  if (measured.metrics) out["metrics"] = metric_source_json(measured.metrics);
  if (!measured.service.empty()) out["service"] = measured.service;
  if (!measured.gates.empty()) out["gates"] = gates_json(measured.gates);
}

}  // namespace leadsman::wire
