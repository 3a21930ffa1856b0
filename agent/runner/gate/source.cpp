#include "runner/gate/source.hpp"

namespace leadsman::runner {

const std::optional<model::metric_source>& metric_source_of(const rollout& r) {
  return r.request.canary ? r.request.canary->metrics : r.request.measured.metrics;
}

metric_call ask_source_of(rollout& r) {
  return [&r, source = *metric_source_of(r)](plugin::metric_question question) { return plugin::ask_metric(r.shared.plugins, source, std::move(question)); };
}

}  // namespace leadsman::runner
