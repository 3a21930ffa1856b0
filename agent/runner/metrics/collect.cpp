#include "analysis/change.hpp"
#include "runner/gate/look.hpp"
#include "runner/metrics/ask.hpp"
#include "runner/rollouts.hpp"
#include "wire/events.hpp"

namespace leadsman::runner {

using model::event_kind;
using model::ready_made;

namespace {

constexpr int k_events_page = 500;

// One side of a deployment's metrics.
struct side_question {
  analysis::side side = analysis::side::canary;
  std::string service;
  model::request_source from = model::request_source::app;
  std::chrono::milliseconds window{};
  std::optional<wall_time> at{};
};

task<wire::number> ask_number(const measuring_task& about, const side_question& whom, ready_made use) {
  std::vector<std::string> warnings;
  std::string query;
  const model::metric_gate gate = shown_gate(use, whom.from, whom.window);
  const analysis::look found = co_await look_at_side(about, gate, whom.side, whom.at, warnings, query);
  co_return analysis::told_number(found);
}

task<wire::side_metrics> ask_side(const measuring_task& about, side_question whom) {
  wire::side_metrics out;
  out.service = whom.service;
  out.error_rate = co_await ask_number(about, whom, ready_made::http_error_rate);
  out.latency.p99 = co_await ask_number(about, whom, ready_made::http_p99);
  out.latency.mean = co_await ask_number(about, whom, ready_made::http_mean);
  out.throughput = co_await ask_number(about, whom, ready_made::http_throughput);
  out.cpu = co_await ask_number(about, whom, ready_made::cpu);
  out.memory = co_await ask_number(about, whom, ready_made::memory);
  co_return out;
}

template <class T>
std::optional<T> data_of(const model::event& event) {
  const auto value = nlohmann::json::parse(event.data, nullptr, false);
  auto read = wire::parse<T>(value);
  return read ? std::optional<T>(std::move(*read)) : std::nullopt;
}

// What the gates saw, out of the journal.
void take_event(wire::deployment_metrics& out, const model::event& event, std::optional<int>& weight) {
  if (event.kind == event_kind::step) {
    const auto change = data_of<wire::step_change>(event);
    if (change && change->step == model::step_kind::analyze) weight = change->weight;
  }
  if (event.kind == event_kind::measurement) {
    if (auto seen = data_of<wire::measurement>(event)) out.measurements.push_back({format_rfc3339(event.at), weight, std::move(*seen)});
  }
  if (event.kind == event_kind::verdict) {
    if (auto came = data_of<wire::analysis_verdict>(event)) out.verdicts.push_back({format_rfc3339(event.at), weight, std::move(*came)});
  }
}

task<result<void>> read_told(store::store& store, std::string id, wire::deployment_metrics& out) {
  std::optional<int> weight;
  for (uint64_t after = 0;;) {
    LEADSMAN_CO_TRY(const auto events, co_await store.events(id, after, k_events_page));
    for (const model::event& event : events) take_event(out, event, weight);
    if (events.empty()) co_return result<void>{};
    after = events.back().seq;
  }
}

}  // namespace

task<result<wire::deployment_metrics>> rollouts::deployment_metrics(std::string id, wire::metric_options options) {
  LEADSMAN_CO_TRY(const auto found, co_await find_measured(id));
  const model::deployment& d = found.deployment;
  const model::request_source from = options.from.value_or(counter_of(found.measured.gates));
  const std::chrono::milliseconds window = options.window.value_or(model::measuring{}.window);
  wire::deployment_metrics out;
  out.deployment = id;
  out.release = d.release;
  out.phase = d.state.phase;
  out.source = found.source.plugin;
  out.window = analysis::promql_duration(window);
  out.at = format_rfc3339(d.finished_at.value_or(leadsman::now()));
  const bool canary = !found.canary_service.empty();
  measured_services services = only_service(found.service);
  if (canary) services.canary = found.canary_service;
  const auto about = questions_to(shared_.plugins, found.source, *found.at->api, d.release, services);
  side_question whom{analysis::side::canary, services.canary, from, window, d.finished_at};
  if (canary) out.canary = co_await ask_side(about, whom);
  whom.side = analysis::side::stable;
  whom.service = services.stable;
  out.stable = co_await ask_side(about, whom);
  LEADSMAN_CO_CHECK(co_await read_told(shared_.store, id, out));
  co_return out;
}

}  // namespace leadsman::runner
