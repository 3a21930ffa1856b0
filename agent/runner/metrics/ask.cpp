#include "runner/metrics/ask.hpp"

#include <memory>

#include "analysis/health.hpp"
#include "runner/contact.hpp"

namespace leadsman::runner {

namespace {

// Once nobody has answered, nobody else is waited for.
task<result<model::metric_answer>> ask_unless_silent(plugin::host& plugins, model::metric_source source, plugin::metric_question question, std::shared_ptr<std::optional<error>> silent) {
  if (*silent) co_return fail(**silent);
  auto asking = plugin::ask_metric(plugins, std::move(source), std::move(question));
  auto came = co_await std::move(asking);
  if (!came && is_silence(came.error())) *silent = came.error();
  co_return came;
}

}  // namespace

model::request_source counter_of(const std::vector<model::gate>& gates) {
  for (const model::metric_gate& metric : analysis::metrics_of(gates)) {
    if (metric.use && model::counts_requests(*metric.use)) return metric.from;
  }
  return model::request_source::app;
}

model::metric_gate shown_gate(model::ready_made use, model::request_source from, std::chrono::milliseconds window) {
  model::metric_gate gate = model::gate_on(use);
  gate.from = from;
  gate.measuring.window = window;
  gate.measuring.min_samples = 1;
  return gate;
}

measuring_task questions_to(plugin::host& plugins, model::metric_source source, kube::client& api, model::release_id release, measured_services services) {
  measuring_task about;
  about.subjects = [&api, release = std::move(release), services = std::move(services)](bool with_pods) { return find_subjects(api, release, services, with_pods); };
  about.call = [&plugins, source = std::move(source), silent = std::make_shared<std::optional<error>>()](plugin::metric_question question) {
    return ask_unless_silent(plugins, source, std::move(question), silent);
  };
  return about;
}

}  // namespace leadsman::runner
