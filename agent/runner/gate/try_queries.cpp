#include "runner/gate/try_queries.hpp"

#include <algorithm>
#include <iterator>

#include "analysis/health.hpp"
#include "analysis/trial.hpp"
#include "runner/gate/source.hpp"
#include "runner/gate/subjects.hpp"

namespace leadsman::runner {

using analysis::answer;
using analysis::reading;

namespace {

// A gate that stands at several weights is asked for once.
std::vector<model::metric_gate> metrics_once(const std::vector<model::gate>& gates) {
  std::vector<model::metric_gate> all;
  for (model::metric_gate& gate : analysis::metrics_of(gates)) {
    if (std::ranges::find(all, gate) == all.end()) all.push_back(std::move(gate));
  }
  return all;
}

// The plugin itself cannot be used, which asking again does not mend.
bool is_of_no_use(const error& e) { return e.code == errc::forbidden || e.code == errc::not_found; }

class asker {
 public:
  asker(rollout& r, std::string service) : r_(r), call_(ask_source_of(r)), service_(std::move(service)) {}

  task<void> ask_gate(model::metric_gate gate, tried_queries& out) {
    if (silent_) {
      out.rows.push_back(wire::doubtful("metric", gate.name + " was not asked for: the source did not answer before", ""));
      co_return;
    }
    auto finding = find_subjects(*r_.target.api, r_.release(), only_service(service_), analysis::asks_about_pods(gate));
    const auto who = co_await std::move(finding);
    if (!who) {
      out.rows.push_back(wire::doubtful("metric", gate.name + " was not asked for: " + who.error().message, ""));
      co_return;
    }
    const auto asked = analysis::questions_about(gate, *who, analysis::side::stable);
    if (!asked) {
      out.problems.push_back(gate.name + ": " + asked.error().message);
      co_return;
    }
    analysis::answers came;
    came.value = co_await ask(asked->value);
    if (!asked->traffic.empty() && !silent_) came.traffic = co_await ask(asked->traffic);
    if (!asked->newest.empty() && !silent_) came.newest = co_await ask(asked->newest);
    analysis::trial found = analysis::assess_trial(gate, *asked, came, leadsman::now());
    if (found.hopeless) out.problems.push_back(found.row.found);
    out.rows.push_back(std::move(found.row));
  }

  const std::string& broken() const { return broken_; }

 private:
  task<answer> ask(std::string query) {
    plugin::metric_question question{std::move(query)};
    auto asking = call_(std::move(question));
    const auto came = co_await std::move(asking);
    answer out = analysis::read_answer(came);
    silent_ = silent_ || out.what == reading::unreachable;
    if (!came && is_of_no_use(came.error())) broken_ = came.error().message;
    co_return out;
  }

  rollout& r_;
  metric_call call_;
  std::string service_;
  bool silent_ = false;
  std::string broken_;
};

}  // namespace

std::vector<model::gate> gates_of_weights(const model::canary& canary) {
  std::vector<model::gate> all;
  for (const model::canary_step& step : canary.steps) std::ranges::copy(step.gates, std::back_inserter(all));
  return all;
}

task<tried_queries> try_queries(rollout& r, std::vector<model::gate> gates, std::string service) {
  tried_queries out;
  const auto& source = metric_source_of(r);
  if (!source || !r.shared.plugins.find(source->plugin)) co_return out;
  asker asks(r, std::move(service));
  for (const model::metric_gate& gate : metrics_once(gates)) {
    co_await asks.ask_gate(gate, out);
    if (asks.broken().empty()) continue;
    out.problems.push_back("metrics: " + asks.broken());
    break;
  }
  co_return out;
}

}  // namespace leadsman::runner
