#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace leadsman::plugin {

// One series of a metric query's answer.
struct metric_series {
  std::map<std::string, std::string> labels;
  std::string value;  // as the source gives it: "0.02", "NaN", "+Inf"
  double at = 0;      // seconds of Unix time
};

struct metric_answer {
  std::vector<metric_series> series;
  std::vector<std::string> warnings;  // untrusted
};

// What `metric.query` answers, read strictly. Errors: invalid_input, with the key.
result<metric_answer> parse_metric_answer(const nlohmann::json& said);

}  // namespace leadsman::plugin
