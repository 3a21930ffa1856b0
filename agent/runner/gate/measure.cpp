#include "runner/gate/measure.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <deque>

#include "analysis/evidence.hpp"
#include "analysis/health.hpp"
#include "async/task_group.hpp"
#include "base/clock.hpp"
#include "runner/gate/look.hpp"

namespace leadsman::runner {

using namespace std::chrono_literals;
using model::verdict;

namespace {

// One gate under way.
struct gate_under_way {
  model::metric_gate gate;
  wall_time began{};
  std::vector<analysis::measurement> seen{};
  analysis::assessment stands{};
  std::string query{};
};

struct measuring_run {
  const measuring_task& about;
  notifier& changed;
  std::vector<gate_under_way> gates{};
  std::deque<wire::measurement> untold{};  // told by one coroutine, which nobody cancels

  bool is_decided() const {
    const auto failed = [](const gate_under_way& g) { return g.stands.verdict == verdict::failed && !g.gate.advisory; };
    const auto open = [](const gate_under_way& g) { return g.stands.verdict == verdict::measuring && !g.gate.advisory; };
    return std::ranges::any_of(gates, failed) || std::ranges::none_of(gates, open);
  }
  bool is_over() const { return (about.stop && about.stop()) || is_decided(); }
};

// By the wall clock, but never longer than the pace allows: the clock may be set back meanwhile.
std::chrono::milliseconds time_until(const gate_under_way& g) {
  const model::measuring& pace = g.gate.measuring;
  const std::chrono::milliseconds longest = g.seen.empty() ? pace.delay.value_or(pace.window) : pace.interval;
  return std::clamp(*g.stands.next - now(), std::chrono::milliseconds(0), longest);
}

task<void> watch(measuring_run& run, gate_under_way& g) {
  g.began = now();
  g.stands = analysis::assess(g.gate, g.began, g.seen);
  while (g.stands.verdict == verdict::measuring) {
    co_await sleep_for(time_until(g));  // canceled: the next co_await unwinds
    auto looking = take_measurement(run.about, g.gate, g.query);
    analysis::measurement seen = co_await std::move(looking);
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    // A question that was broken off has an answer, too; it says nothing about the source.
    if (cancellation.cancelled() != asio::cancellation_type::none) co_return;
    g.seen.push_back(std::move(seen));
    g.stands = analysis::assess(g.gate, g.began, g.seen);
    run.untold.push_back(analysis::told_of(g.gate, g.seen, g.stands));
    run.changed.notify();
  }
}

task<result<void>> tell_all(measuring_run& run) {
  while (!run.untold.empty()) {
    wire::measurement next = std::move(run.untold.front());
    run.untold.pop_front();
    if (!run.about.tell) continue;
    auto telling = run.about.tell(std::move(next));
    LEADSMAN_CO_CHECK(co_await std::move(telling));
  }
  co_return result<void>{};
}

task<result<void>> follow(measuring_run& run) {
  for (;;) {
    const uint64_t seen = run.changed.version();
    LEADSMAN_CO_CHECK(co_await tell_all(run));
    if (run.is_over()) co_return result<void>{};
    co_await run.changed.wait_change(seen, 1s);
  }
}

wire::analysis_verdict conclude(const measuring_run& run) {
  std::vector<wire::gate_verdict> rows;
  for (const gate_under_way& g : run.gates) rows.push_back(analysis::evidence_of(g.gate, g.seen, g.stands, g.query));
  return analysis::conclude(std::move(rows));
}

}  // namespace

task<result<wire::analysis_verdict>> measure(notifier& changed, measuring_task about) {
  measuring_run run{about, changed};
  for (model::metric_gate& gate : analysis::metrics_of(about.gates)) run.gates.push_back({std::move(gate)});
  task_group children(changed.executor());
  for (gate_under_way& g : run.gates) children.spawn("gate " + g.gate.name, [&run, &g] { return watch(run, g); });
  const auto followed = co_await follow(run);
  children.cancel();
  co_await children.join();
  if (!followed) co_return fail(followed.error());
  LEADSMAN_CO_CHECK(co_await tell_all(run));
  co_return conclude(run);
}

}  // namespace leadsman::runner
