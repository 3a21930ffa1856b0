#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "model/gate.hpp"
#include "model/metric_answer.hpp"
#include "plugin/host.hpp"

namespace leadsman::plugin {

// One question to a source of metrics.
struct metric_question {
  std::string query;
  std::optional<wall_time> at{};  // absent: now
  std::chrono::milliseconds patience = std::chrono::seconds(7);  // with the answer; less than the plugin's own time-out
};

// What `source` answers. Errors: as host::call, with invalid_input for a query that the source does not understand; internal
// when the answer does not keep to the protocol.
task<result<model::metric_answer>> ask_metric(host& plugins, model::metric_source source, metric_question question);

// What `metric.query` answers, read strictly. Errors: invalid_input, with the key.
result<model::metric_answer> parse_metric_answer(const nlohmann::json& said);

}  // namespace leadsman::plugin
