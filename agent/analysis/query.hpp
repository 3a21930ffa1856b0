#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "analysis/subjects.hpp"
#include "base/error.hpp"
#include "model/gate.hpp"

namespace leadsman::analysis {

// What is asked about one side, as PromQL. An empty one is not asked.
struct questions {
  std::string value;
  std::string traffic{};  // how many samples `value` is about
  std::string newest{};   // when the newest of them was taken, in Unix seconds
};

// Asked about another side, {{canary}} and {{canary-pods}} stand for that one's: one query describes all of them.
// Errors: invalid_input (a variable that is not known, a name that would break out of its quotes).
result<questions> questions_about(const model::metric_gate& gate, const subjects& of, side which);

// Whether one of its queries is about pods, whose names somebody has to look up.
bool asks_about_pods(const model::metric_gate& gate);

// Whether one is about a Service or its pods at all.
bool asks_about_service(const model::metric_gate& gate);

// Puts the variables in. Errors: as above.
result<std::string> fill_query(std::string_view query, const subjects& of, side which, std::chrono::milliseconds window);

// "90s" or "1500ms".
std::string promql_duration(std::chrono::milliseconds span);

}  // namespace leadsman::analysis
