#include <algorithm>
#include <memory>

#include "analysis/change.hpp"
#include "analysis/health.hpp"
#include "base/text.hpp"
#include "flow/past.hpp"
#include "runner/canary/examine.hpp"
#include "runner/gate/examine.hpp"
#include "runner/gate/look.hpp"
#include "runner/gate/subjects.hpp"
#include "runner/release_reader.hpp"
#include "runner/rollouts.hpp"
#include "wire/events.hpp"
#include "wire/health.hpp"

namespace leadsman::runner {

using model::event_kind;
using model::ready_made;
using model::step_kind;
using namespace std::chrono_literals;

namespace {

constexpr int k_most_deployments = 50;  // looked through for the newest that says what is measured
constexpr int k_events_page = 500;

// What a request says about measuring, whatever its strategy is.
model::measured_release measured_of(const model::deployment_request& request) {
  if (!request.canary) return request.measured;
  model::measured_release out{request.canary->metrics, request.canary->router.service, {}};
  for (const model::canary_step& step : request.canary->steps) {
    for (const model::gate& gate : step.gates) {
      const bool known = std::ranges::find(out.gates, model::name_of(gate), &model::name_of) != out.gates.end();
      if (!known) out.gates.push_back(gate);
    }
  }
  return out;
}

result<model::metric_source> source_of(const model::measured_release& measured) {
  if (measured.metrics) return *measured.metrics;
  return fail(errc::not_found, "no source of metrics is known for this release; say one in leadsman.yaml, such as metrics: {prometheus: {address: http://prometheus.monitoring:9090}}, and deploy", "metrics");
}

// Who counts requests, as the gates say.
model::request_source counter_of(const std::vector<model::gate>& gates) {
  for (const model::metric_gate& metric : analysis::metrics_of(gates)) {
    if (metric.use && model::counts_requests(*metric.use)) return metric.from;
  }
  return model::request_source::app;
}

model::health_gate tree_of(const model::measured_release& measured, const wire::metric_options& options) {
  model::health_gate tree;
  tree.from = counter_of(measured.gates);
  for (const model::gate& gate : measured.gates) {
    if (const auto* health = std::get_if<model::health_gate>(&gate)) tree = *health;
  }
  tree.from = options.from.value_or(tree.from);
  tree.measuring.window = options.window.value_or(tree.measuring.window);
  return tree;
}

// A ready-made number to be shown, not judged: any traffic will do.
model::metric_gate gate_of(ready_made use, model::request_source from, std::chrono::milliseconds window) {
  model::metric_gate gate;
  gate.name = model::word_of(model::k_ready_made, use);
  gate.use = use;
  gate.from = from;
  gate.unit = model::unit_of(use);
  gate.better = model::better_of(use);
  gate.measuring.window = window;
  gate.measuring.min_samples = 1;
  return gate;
}

// Once nobody has answered, nobody else is waited for.
task<result<model::metric_answer>> ask_unless_silent(plugin::host& plugins, model::metric_source source, plugin::metric_question question, std::shared_ptr<std::optional<error>> silent) {
  if (*silent) co_return fail(**silent);
  auto asking = plugin::ask_metric(plugins, std::move(source), std::move(question));
  auto came = co_await std::move(asking);
  if (!came && is_silence(came.error())) *silent = came.error();
  co_return came;
}

measuring_task questions_to(plugin::host& plugins, model::metric_source source, kube::client& api, model::release_id release, measured_services services) {
  measuring_task about;
  about.subjects = [&api, release = std::move(release), services = std::move(services)](bool with_pods) { return find_subjects(api, release, services, with_pods); };
  about.call = [&plugins, source = std::move(source), silent = std::make_shared<std::optional<error>>()](plugin::metric_question question) {
    return ask_unless_silent(plugins, source, std::move(question), silent);
  };
  return about;
}

// The Service of a release that nobody has named, by what is deployed.
task<result<std::string>> find_service(kube::client& api, model::release_id release, std::string named) {
  if (!named.empty()) co_return named;
  LEADSMAN_CO_TRY(const auto history, co_await read_history(api, release));
  const auto deployed = std::ranges::find(history.rbegin(), history.rend(), "deployed", &plan::observed_revision::status);
  if (deployed == history.rend()) co_return fail(errc::not_found, "helm has no deployed revision of release '" + release.name + "' in namespace '" + release.name_space + "'", "release");
  LEADSMAN_CO_TRY(const auto found, co_await read_revision(api, release, deployed->revision));
  if (!found) co_return fail(errc::unavailable, "the deployed revision went away while it was read");
  LEADSMAN_CO_TRY(const auto objects, helm::split_manifest(found->manifest, release.name_space));
  co_return measured_service("", objects);
}

measured_services only_service(const std::string& service) { return {service, service}; }

task<std::vector<wire::health_check>> examine_checks(measuring_task about, model::health_gate tree) {
  std::vector<wire::health_check> checks;
  for (const model::metric_gate& check : analysis::checks_of(tree)) {
    analysis::measurement seen;
    std::string query;
    seen.canary = co_await look_at_side(about, check, analysis::side::canary, std::nullopt, seen.warnings, query);
    checks.push_back(analysis::judge_once(check, seen, query));
  }
  co_return checks;
}

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
  const model::metric_gate gate = gate_of(use, whom.from, whom.window);
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
    if (change && change->step == step_kind::analyze) weight = change->weight;
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
  if (use) return gate_of(*use, options.from.value_or(counter_of(measured.gates)), window);
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

task<result<model::deployment_request>> rollouts::request_of(std::string id) {
  LEADSMAN_CO_TRY(const std::string sealed, co_await shared_.store.sealed_request(id));
  co_return unseal_request(at_rest_, sealed);
}

task<result<model::measured_release>> rollouts::newest_measured(model::release_id id) {
  store::list_filter filter;
  filter.release = id;
  filter.limit = k_most_deployments;
  LEADSMAN_CO_TRY(const auto known, co_await shared_.store.list(filter));
  for (const model::deployment& d : known) {
    if (d.kind != model::request_kind::deploy || d.state.phase == model::phase::declined) continue;
    LEADSMAN_CO_TRY(const auto request, co_await request_of(d.id));
    co_return measured_of(request);
  }
  co_return fail(errc::not_found, "this agent has deployed no '" + id.name + "' in namespace '" + id.name_space + "': what is measured, and by whom, is not known", "release");
}

task<result<wire::release_health>> rollouts::release_health(model::release_id id, wire::metric_options options) {
  LEADSMAN_CO_TRY(cluster* const target, clusters_.find(id.cluster));
  model::measured_release measured = options.measured.value_or(model::measured_release{});
  if (!options.measured) { LEADSMAN_CO_TRY(measured, co_await newest_measured(id)); }
  LEADSMAN_CO_TRY(const model::metric_source source, source_of(measured));
  const model::health_gate tree = tree_of(measured, options);
  wire::release_health out;
  out.release = id;
  LEADSMAN_CO_TRY(out.service, co_await find_service(*target->api, id, measured.service));
  out.source = source.plugin;
  out.window = analysis::promql_duration(tree.measuring.window);
  out.at = format_rfc3339(leadsman::now());
  auto asking = examine_checks(questions_to(shared_.plugins, source, *target->api, id, only_service(out.service)), tree);
  out.checks = co_await std::move(asking);
  const auto concluded = analysis::conclude_health(out.checks);
  out.health = concluded.health;
  out.reason = concluded.reason;
  out.message = concluded.message;
  co_return out;
}

task<result<rollouts::measured_deployment>> rollouts::find_measured(std::string id) {
  measured_deployment found;
  LEADSMAN_CO_TRY(auto known, co_await shared_.store.find(id));
  if (!known) co_return fail(errc::not_found, "there is no deployment " + id);
  found.deployment = std::move(*known);
  LEADSMAN_CO_TRY(found.at, clusters_.find(found.deployment.release.cluster));
  if (found.deployment.kind == model::request_kind::rollback) {
    LEADSMAN_CO_TRY(found.measured, co_await newest_measured(found.deployment.release));
  } else {
    LEADSMAN_CO_TRY(const auto request, co_await request_of(id));
    found.measured = measured_of(request);
  }
  LEADSMAN_CO_TRY(found.source, source_of(found.measured));
  LEADSMAN_CO_TRY(found.service, co_await find_service(*found.at->api, found.deployment.release, found.measured.service));
  found.canary_service = examined_canary(found.deployment).service;
  co_return found;
}

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
