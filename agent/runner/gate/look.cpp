#include "runner/gate/look.hpp"

#include "analysis/query.hpp"
#include "base/clock.hpp"

namespace leadsman::runner {

using analysis::answer;
using analysis::reading;
using nlohmann::json;

namespace {

task<answer> ask_source(const measuring_task& about, std::string query, std::vector<std::string>& warnings) {
  const double patience = static_cast<double>(about.patience.count()) / 1000;
  json params{{"config", about.config}, {"query", std::move(query)}, {"at", nullptr}, {"timeout_s", patience}};
  auto asking = about.call("metric.query", std::move(params));
  const auto came = co_await std::move(asking);
  answer out = analysis::read_answer(came);
  warnings.insert(warnings.end(), out.warnings.begin(), out.warnings.end());
  co_return out;
}

// Nobody came, or nobody answers: the number itself is not worth a question.
bool goes_on(const answer& traffic) { return traffic.what == reading::value && traffic.value > 0; }

task<analysis::look> look_at(const measuring_task& about, const model::metric_gate& gate, analysis::questions asked, std::vector<std::string>& warnings) {
  const wall_time asked_at = now();
  analysis::answers came;
  if (!asked.traffic.empty()) {
    came.traffic = co_await ask_source(about, asked.traffic, warnings);
    if (!goes_on(*came.traffic)) co_return analysis::read_look(gate, came, asked_at);
  }
  if (!asked.newest.empty()) came.newest = co_await ask_source(about, asked.newest, warnings);
  came.value = co_await ask_source(about, asked.value, warnings);
  co_return analysis::read_look(gate, came, asked_at);
}

task<analysis::look> look_at_side(const measuring_task& about, const model::metric_gate& gate, analysis::side which, std::vector<std::string>& warnings, std::string& query) {
  auto asked = analysis::questions_about(gate, about.subjects(), which);
  if (!asked) co_return analysis::look{.what = reading::invalid_query, .words = asked.error().message};
  query = asked->value;
  co_return co_await look_at(about, gate, std::move(*asked), warnings);
}

}  // namespace

task<analysis::measurement> take_measurement(const measuring_task& about, const model::metric_gate& gate, std::string& query) {
  analysis::measurement out;
  out.canary = co_await look_at_side(about, gate, analysis::side::canary, out.warnings, query);
  if (gate.against_stable) {
    std::string query_of_stable;
    out.stable = co_await look_at_side(about, gate, analysis::side::stable, out.warnings, query_of_stable);
  }
  out.at = now();
  co_return out;
}

}  // namespace leadsman::runner
