#include "runner/gate/try_queries.hpp"

#include <algorithm>

#include "analysis/health.hpp"
#include "analysis/trial.hpp"
#include "base/text.hpp"
#include "runner/canary/route_io.hpp"
#include "runner/gate/source.hpp"

namespace leadsman::runner {

using analysis::answer;
using analysis::reading;
using nlohmann::json;

namespace {

// A gate that stands at several weights is asked for once.
std::vector<model::metric_gate> gates_once(const model::canary& canary) {
  std::vector<model::metric_gate> all;
  for (const model::canary_step& step : canary.steps) {
    for (model::metric_gate& gate : analysis::metrics_of(step.gates)) {
      if (std::ranges::find(all, gate) == all.end()) all.push_back(std::move(gate));
    }
  }
  return all;
}

// There is no canary yet: stable stands for both.
analysis::subjects stable_alone(const rollout& r) {
  const analysis::subject stable{router_of(r).service};
  return {stable, stable, r.release().name_space, r.release().name};
}

// The plugin itself cannot be used, which asking again does not mend.
bool is_of_no_use(const error& e) { return e.code == errc::forbidden || e.code == errc::not_found; }

class asker {
 public:
  explicit asker(rollout& r) : r_(r), about_(ask_source_of(r)) {}

  task<void> ask_gate(const model::metric_gate& gate, tried_queries& out) {
    auto asked = analysis::questions_about(gate, stable_alone(r_), analysis::side::stable);
    if (!asked) {
      out.problems.push_back(gate.name + ": " + asked.error().message);
      co_return;
    }
    if (silent_) {
      out.rows.push_back(wire::doubtful("metric", gate.name + " was not asked for: the source did not answer before", ""));
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
    json params{{"config", about_.config}, {"query", std::move(query)}, {"at", nullptr}, {"timeout_s", static_cast<double>(about_.patience.count()) / 1000}};
    auto asking = about_.call("metric.query", std::move(params));
    const auto came = co_await std::move(asking);
    answer out = analysis::read_answer(came);
    silent_ = silent_ || out.what == reading::unreachable;
    if (!came && is_of_no_use(came.error())) broken_ = came.error().message;
    co_return out;
  }

  rollout& r_;
  measuring_task about_;
  bool silent_ = false;
  std::string broken_;
};

}  // namespace

task<tried_queries> try_queries(rollout& r) {
  tried_queries out;
  const model::canary& canary = *r.request.canary;
  const std::vector<model::metric_gate> gates = gates_once(canary);
  if (gates.empty() || !canary.metrics) co_return out;
  if (!r.shared.plugins.find(canary.metrics->plugin)) {
    out.problems.push_back("this agent has no metric plugin '" + canary.metrics->plugin + "'; it has " + join(r.shared.plugins.names(), ", "));
    co_return out;
  }
  asker asks(r);
  for (const model::metric_gate& gate : gates) {
    co_await asks.ask_gate(gate, out);
    if (asks.broken().empty()) continue;
    out.problems.push_back("metrics: " + asks.broken());
    break;
  }
  co_return out;
}

}  // namespace leadsman::runner
