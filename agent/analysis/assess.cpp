#include "analysis/assess.hpp"

namespace leadsman::analysis {

namespace {

using model::verdict;

void count_in(tally& looks, finding what) {
  looks.faults_in_a_row = what == finding::fault ? looks.faults_in_a_row + 1 : 0;
  switch (what) {
    case finding::good: ++looks.good; break;
    case finding::bad: ++looks.bad; break;
    case finding::inconclusive: ++looks.inconclusive; break;
    case finding::fault: ++looks.faults; break;
  }
}

verdict verdict_after(const model::measuring& pace, const tally& looks, bool hopeless) {
  if (looks.bad > pace.failure_limit) return verdict::failed;
  if (hopeless || looks.faults_in_a_row > pace.error_limit) return verdict::error;
  if (looks.inconclusive > pace.inconclusive_limit) return verdict::inconclusive;
  return looks.judged() >= pace.count ? verdict::passed : verdict::measuring;
}

std::string times(int count) { return count == 1 ? "once" : std::to_string(count) + " times"; }

std::string message_of(verdict v, const tally& looks, const judgement& newest) {
  switch (v) {
    case verdict::failed: return newest.message + (looks.bad > 1 ? " (bad " + times(looks.bad) + ")" : "");
    case verdict::inconclusive: return newest.message + " (nothing to judge " + times(looks.inconclusive) + ")";
    case verdict::error: return newest.message + (looks.faults_in_a_row > 1 ? " (" + times(looks.faults_in_a_row) + " in a row)" : "");
    case verdict::passed: return newest.message + " (good " + std::to_string(looks.good) + " of " + times(looks.judged()) + ")";
    default: return newest.message;
  }
}

}  // namespace

assessment assess(const model::metric_gate& gate, wall_time began, std::span<const measurement> seen) {
  const model::measuring& pace = gate.measuring;
  assessment out;
  judgement newest, good;
  for (const measurement& m : seen) {
    newest = judge(gate, m);
    count_in(out.looks, newest.finding);
    if (newest.finding == finding::good) good = newest;
    out.verdict = verdict_after(pace, out.looks, newest.hopeless);
    if (out.verdict != verdict::measuring) break;
  }
  // Passed in spite of a bad look just now: that one is not why.
  if (out.verdict == verdict::passed) newest = good;
  out.reason = newest.reason;
  out.message = seen.empty() ? "not looked at yet" : message_of(out.verdict, out.looks, newest);
  if (out.verdict != verdict::measuring) return out;
  out.next = seen.empty() ? began + pace.delay.value_or(pace.window) : seen.back().at + pace.interval;
  return out;
}

}  // namespace leadsman::analysis
