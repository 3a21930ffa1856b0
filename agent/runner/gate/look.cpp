#include "runner/gate/look.hpp"

#include "analysis/query.hpp"
#include "base/clock.hpp"

namespace leadsman::runner {

using analysis::answer;
using analysis::reading;

namespace {

task<answer> ask_source(const measuring_task& about, std::string query, std::optional<wall_time> at, std::vector<std::string>& warnings) {
  plugin::metric_question question;
  question.query = std::move(query);
  question.at = at;
  auto asking = about.call(std::move(question));
  const auto came = co_await std::move(asking);
  answer out = analysis::read_answer(came);
  warnings.insert(warnings.end(), out.warnings.begin(), out.warnings.end());
  co_return out;
}

// Nobody came, or nobody answers: the number itself is not worth a question.
bool goes_on(const answer& traffic) { return traffic.what == reading::value && traffic.value > 0; }

task<analysis::look> look_at(const measuring_task& about, const model::metric_gate& gate, analysis::questions asked, std::optional<wall_time> at, std::vector<std::string>& warnings) {
  const wall_time asked_at = at.value_or(now());
  analysis::answers came;
  if (!asked.traffic.empty()) {
    came.traffic = co_await ask_source(about, asked.traffic, at, warnings);
    if (!goes_on(*came.traffic)) co_return analysis::read_look(gate, came, asked_at);
  }
  if (!asked.newest.empty()) came.newest = co_await ask_source(about, asked.newest, at, warnings);
  came.value = co_await ask_source(about, asked.value, at, warnings);
  co_return analysis::read_look(gate, came, asked_at);
}

std::optional<analysis::side> side_beside(const model::metric_gate& gate) {
  switch (gate.against) {
    case model::against::stable: return analysis::side::stable;
    case model::against::before: return analysis::side::before;
    case model::against::nothing: break;
  }
  return std::nullopt;
}

}  // namespace

task<analysis::look> look_at_side(const measuring_task& about, const model::metric_gate& gate, analysis::side which, std::optional<wall_time> at, std::vector<std::string>& warnings, std::string& query) {
  auto looking_up = about.subjects(analysis::asks_about_pods(gate));
  const auto who = co_await std::move(looking_up);
  if (!who) co_return analysis::look{.what = reading::unreachable, .words = who.error().message};
  auto asked = analysis::questions_about(gate, *who, which);
  if (!asked) co_return analysis::look{.what = reading::invalid_query, .words = asked.error().message};
  query = asked->value;
  co_return co_await look_at(about, gate, std::move(*asked), at, warnings);
}

task<analysis::measurement> take_measurement(const measuring_task& about, const model::metric_gate& gate, std::string& query) {
  analysis::measurement out;
  out.canary = co_await look_at_side(about, gate, analysis::side::canary, std::nullopt, out.warnings, query);
  if (const auto other = side_beside(gate)) {
    std::string query_of_other;
    const auto at = *other == analysis::side::before ? about.before : std::nullopt;
    out.beside = co_await look_at_side(about, gate, *other, at, out.warnings, query_of_other);
  }
  out.at = now();
  co_return out;
}

}  // namespace leadsman::runner
