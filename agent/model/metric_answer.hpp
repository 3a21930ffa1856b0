#pragma once

#include <map>
#include <string>
#include <vector>

namespace leadsman::model {

// One series of a metric query's answer.
struct metric_series {
  std::map<std::string, std::string> labels;
  std::string value;  // as the source gives it: "0.02", "NaN", "+Inf"
  double at = 0;      // seconds of Unix time

  bool operator==(const metric_series&) const = default;
};

struct metric_answer {
  std::vector<metric_series> series;
  std::vector<std::string> warnings;  // untrusted

  bool operator==(const metric_answer&) const = default;
};

}  // namespace leadsman::model
