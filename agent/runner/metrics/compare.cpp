#include "analysis/change.hpp"
#include "analysis/health.hpp"
#include "base/text.hpp"
#include "runner/gate/look.hpp"
#include "runner/metrics/ask.hpp"
#include "runner/rollouts.hpp"

namespace leadsman::runner {

using namespace std::chrono_literals;

namespace {

// When it first changed something; else when it was taken up.
std::optional<wall_time> beginning_of(const model::deployment& d) {
  for (const model::step_record& step : d.steps) {
    if (is_any(model::word_of(model::k_step_kind, step.kind), {"start_canary", "upgrade", "rollback"})) return step.started_at;
  }
  return d.started_at;
}

result<model::metric_gate> wanted_metric(const model::measured_release& measured, const wire::metric_options& options, std::chrono::milliseconds window) {
  std::vector<std::string> names;
  for (model::metric_gate& gate : analysis::metrics_of(measured.gates)) {
    gate.from = options.from.value_or(gate.from);
    gate.measuring.window = window;
    if (gate.name == options.metric) return std::move(gate);
    names.push_back(gate.name);
  }
  const auto use = model::value_of(model::k_ready_made, options.metric);
  if (use) return shown_gate(*use, options.from.value_or(counter_of(measured.gates)), window);
  for (const auto& [word, value] : model::k_ready_made) names.emplace_back(word);
  const auto meant = nearest(options.metric, names);
  return fail(errc::invalid_input, "there is no metric '" + truncate(options.metric, 60) + "'; " + (meant ? "did you mean '" + *meant + "'?" : "there is " + join(names, ", ")), "metric");
}

task<wire::metric_window> ask_window(const measuring_task& about, model::metric_gate gate, analysis::side which, wall_time at, std::string& query) {
  std::vector<std::string> warnings;
  wire::metric_window out;
  out.at = format_rfc3339(at);
  out.window = analysis::promql_duration(gate.measuring.window);
  const analysis::look found = co_await look_at_side(about, gate, which, at, warnings, query);
  out.number = analysis::told_number(found);
  co_return out;
}

wire::metric_window no_window(wall_time at, const char* why) {
  wire::metric_window out;
  out.at = format_rfc3339(at);
  out.window = "0s";
  out.number.reading = model::word_of(analysis::k_reading, analysis::reading::no_data);
  out.number.message = why;
  return out;
}

// The window after the end, as much of it as has gone by.
task<wire::metric_window> ask_after(const measuring_task& about, model::metric_gate gate, std::optional<wall_time> ended, std::string& query) {
  const wall_time now = leadsman::now();
  if (!ended) co_return no_window(now, "the deployment has not ended");
  const auto gone = std::chrono::floor<std::chrono::seconds>(std::min<std::chrono::milliseconds>(gate.measuring.window, now - *ended));
  if (gone < 1s) co_return no_window(now, "the deployment has ended just now");
  gate.measuring.window = gone;
  co_return co_await ask_window(about, gate, analysis::side::canary, *ended + gone, query);
}

}  // namespace

task<result<wire::metric_change>> rollouts::compare_metric(std::string id, wire::metric_options options) {
  LEADSMAN_CO_TRY(const auto found, co_await find_measured(id));
  const model::deployment& d = found.deployment;
  const std::chrono::milliseconds window = options.window.value_or(model::measuring{}.window);
  LEADSMAN_CO_TRY(const model::metric_gate gate, wanted_metric(found.measured, options, window));
  const auto began = beginning_of(d);
  if (!began) co_return fail(errc::conflict, "deployment " + id + " has not begun: there is nothing to compare yet", "id");
  wire::metric_change out;
  out.deployment = id;
  out.release = d.release;
  out.service = found.service;
  out.source = found.source.plugin;
  out.metric = options.metric;
  out.unit = gate.unit;
  const auto about = questions_to(shared_.plugins, found.source, *found.at->api, d.release, only_service(found.service));
  out.before = co_await ask_window(about, gate, analysis::side::before, *began, out.query);
  out.after = co_await ask_after(about, gate, d.finished_at, out.query);
  analysis::compare(out);
  co_return out;
}

}  // namespace leadsman::runner
