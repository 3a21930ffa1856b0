#include "runner/gate/measure.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <deque>
#include <list>

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
  analysis::gate_record own{};
  analysis::gate_record* record = nullptr;  // its own, or one that is kept
  analysis::assessment stands{};
  std::string query{};

  void judge() { stands = analysis::assess(gate, record->began, record->seen); }
  bool has_failed() const { return stands.verdict == verdict::failed && !gate.advisory; }
};

struct measuring_run {
  const measuring_task& about;
  notifier& changed;
  std::list<gate_under_way> gates{};
  std::deque<wire::measurement> untold{};  // told by one coroutine, which nobody cancels

  bool is_decided() const {
    const auto open = [](const gate_under_way& g) { return g.stands.verdict == verdict::measuring && !g.gate.advisory; };
    if (std::ranges::any_of(gates, &gate_under_way::has_failed)) return true;
    return !about.keeps_on && std::ranges::none_of(gates, open);
  }
  bool is_over() const { return (about.stop && about.stop()) || is_decided(); }
};

// By the wall clock, but never longer than the pace allows: the clock may be set back meanwhile.
std::chrono::milliseconds time_until(const gate_under_way& g) {
  const model::measuring& pace = g.gate.measuring;
  const std::chrono::milliseconds longest = g.record->seen.empty() ? pace.delay.value_or(pace.window) : pace.interval;
  return std::clamp(*g.stands.next - now(), std::chrono::milliseconds(0), longest);
}

task<void> look_until_decided(measuring_run& run, gate_under_way& g) {
  if (g.record->seen.empty()) g.record->began = now();
  g.judge();
  while (g.stands.verdict == verdict::measuring) {
    co_await sleep_for(time_until(g));  // canceled: the next co_await unwinds
    auto looking = take_measurement(run.about, g.gate, g.query);
    analysis::measurement seen = co_await std::move(looking);
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    // A question that was broken off has an answer, too; it says nothing about the source.
    if (cancellation.cancelled() != asio::cancellation_type::none) co_return;
    g.record->seen.push_back(std::move(seen));
    g.judge();
    run.untold.push_back(analysis::told_of(g.gate, g.record->seen, g.stands));
    run.changed.notify();
  }
}

task<void> watch(measuring_run& run, gate_under_way& g) {
  for (;;) {
    co_await look_until_decided(run, g);
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (!run.about.keeps_on || g.has_failed() || cancellation.cancelled() != asio::cancellation_type::none) co_return;
    g.record->seen.clear();
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

void add_gate(measuring_run& run, model::metric_gate gate) {
  // Whoever measures on has just looked.
  if (run.about.keeps_on) gate.measuring.delay = gate.measuring.interval;
  gate_under_way& g = run.gates.emplace_back();
  g.gate = std::move(gate);
  g.record = run.about.records ? &(*run.about.records)[g.gate.name] : &g.own;
}

wire::analysis_verdict conclude(const measuring_run& run) {
  std::vector<wire::gate_verdict> rows;
  for (const gate_under_way& g : run.gates) rows.push_back(analysis::evidence_of(g.gate, g.record->seen, g.stands, g.query));
  return analysis::conclude(std::move(rows));
}

}  // namespace

task<result<wire::analysis_verdict>> measure(notifier& changed, measuring_task about) {
  measuring_run run{about, changed};
  for (model::metric_gate& gate : analysis::metrics_of(about.gates)) add_gate(run, std::move(gate));
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
