#include "runner/gate/examine.hpp"

#include <algorithm>

#include "analysis/health.hpp"
#include "analysis/query.hpp"
#include "base/text.hpp"
#include "runner/gate/source.hpp"

namespace leadsman::runner {

namespace {

bool needs_service(const std::vector<model::gate>& gates) { return std::ranges::any_of(analysis::metrics_of(gates), analysis::asks_about_service); }

}  // namespace

result<std::string> measured_service(const std::string& named, const std::vector<helm::object>& objects) {
  std::vector<std::string> names;
  for (const helm::expected_service& s : helm::services(objects)) {
    if (s.selects) names.push_back(s.name);
  }
  if (named.empty() && names.size() == 1) return names.front();
  if (std::ranges::find(names, named) != names.end()) return named;
  if (names.empty()) return fail(errc::invalid_input, "the chart has no Service that leads to pods, so that there is nobody to measure", "service");
  const std::string there = "the chart has the Services " + join(names, ", ");
  if (named.empty()) return fail(errc::invalid_input, there + ": say with `service` which of them is measured", "service");
  const auto meant = nearest(named, names);
  return fail(errc::invalid_input, there + ", and no '" + named + "'" + (meant ? " (did you mean '" + *meant + "'?)" : ""), "service");
}

std::vector<model::gate> gates_after_upgrade(const rollout& r) {
  const std::vector<model::gate>& gates = r.request.measured.gates;
  return r.plan.first_installation ? model::without_before(gates).gates : gates;
}

gate_finding examine_gates(const rollout& r, const std::vector<helm::object>& objects) {
  gate_finding found;
  const auto& source = metric_source_of(r);
  if (source && !r.shared.plugins.find(source->plugin)) {
    const auto names = r.shared.plugins.names();
    found.problems.push_back("this agent has no source of metrics '" + source->plugin + "'; it has the plugins " + (names.empty() ? "none" : join(names, ", ")));
  }
  if (r.request.measured.gates.empty() || !needs_service(r.request.measured.gates)) return found;
  const auto service = measured_service(r.request.measured.service, objects);
  if (service) found.service = *service;
  else found.problems.push_back(service.error().message);
  return found;
}

}  // namespace leadsman::runner
