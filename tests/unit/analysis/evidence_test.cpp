#include "analysis/evidence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/sparkline.hpp"
#include "unit/analysis/scene.hpp"
#include "wire/shown.hpp"

namespace leadsman::analysis {
namespace {

using model::verdict;
using testing::ElementsAre;

TEST(Sparkline, IsAsHighAsTheNumbers) {
  using values = std::vector<std::optional<double>>;
  struct {
    values numbers;
    const char* line;
  } const rows[] = {
      {{}, ""},
      {{1, 2, 3, 4, 5, 6, 7, 8}, "▁▂▃▄▅▆▇█"},
      {{0, std::nullopt, 1}, "▁·█"},
      {{3, 3}, "▁▁"},
      {{-1, 0, 1}, "▁▅█"},
      {{std::nullopt}, "·"},
      {{1, std::numeric_limits<double>::infinity(), std::nan(""), 2}, "▁··█"},
      {{1e300, -1e300}, "█▁"},
  };
  for (const auto& row : rows) EXPECT_EQ(sparkline(row.numbers), row.line);
  EXPECT_EQ(sparkline(values{9, 1, 2}, 2), "▁█") << "the newest";
}

TEST(Shown, IsShortAndHasAUnit) {
  struct {
    double value;
    model::unit unit;
    const char* text;
  } const rows[] = {
      {0.072, model::unit::share, "7.2 %"},
      {0.010041, model::unit::share, "1.004 %"},
      {0, model::unit::share, "0 %"},
      {0.0812, model::unit::seconds, "81.2 ms"},
      {1.25, model::unit::seconds, "1.25 s"},
      {-0.5, model::unit::seconds, "-500 ms"},
      {3, model::unit::number, "3"},
      {1234567, model::unit::number, "1.235e+06"},
  };
  for (const auto& row : rows) EXPECT_EQ(wire::shown(row.value, row.unit), row.text);
}

TEST(Evidence, HoldsEveryNumberAndHowItEnded) {
  model::metric_gate gate = error_rate_below(0.05);
  gate.against = model::against::stable;
  std::vector<measurement> seen = looks({nothing(reading::no_data), number(0.01), number(0.06)});
  for (measurement& m : seen) m.beside = number(0.02);
  const wire::gate_verdict row = evidence_of(gate, seen, assess(gate, k_noon, seen), "the query");
  EXPECT_EQ(row.gate, "http-error-rate");
  EXPECT_EQ(row.verdict, verdict::failed);
  EXPECT_EQ(row.reason, "AboveMaximum");
  EXPECT_EQ(row.now, "6 %");
  EXPECT_EQ(row.limit, "5 %");
  EXPECT_EQ(row.stable, "2 %");
  EXPECT_EQ(row.sparkline, "·▁█");
  EXPECT_THAT(row.values, ElementsAre("no-data", "1 %", "6 %"));
  EXPECT_EQ(row.interval, "30s");
  EXPECT_EQ(row.window, "60s");
  EXPECT_EQ(row.query, "the query");
  EXPECT_THAT((std::vector{row.good, row.bad, row.inconclusive, row.faults}), ElementsAre(1, 1, 1, 0));
}

TEST(Evidence, SaysWhatItWasBeforeTheUpgrade) {
  model::metric_gate gate = error_rate_below(0.05);
  gate.against = model::against::before;
  std::vector<measurement> seen = looks({number(0.01)});
  seen[0].beside = number(0.02);
  const assessment stands = assess(gate, k_noon, seen);
  const wire::gate_verdict row = evidence_of(gate, seen, stands, "the query");
  EXPECT_EQ(row.before, "2 %");
  EXPECT_EQ(row.stable, "");
  const wire::measurement told = told_of(gate, seen, stands);
  EXPECT_EQ(told.before, 0.02);
  EXPECT_EQ(told.stable, std::nullopt);
}

TEST(Evidence, OfAGateThatWasNotLookedAtIsEmpty) {
  const model::metric_gate gate = error_rate_below(0.05);
  const wire::gate_verdict row = evidence_of(gate, {}, assess(gate, k_noon, {}), "");
  EXPECT_EQ(row.verdict, verdict::measuring);
  EXPECT_EQ(row.now, "");
  EXPECT_TRUE(row.values.empty());
}

TEST(Measurement, IsToldAsItWas) {
  const model::metric_gate gate = error_rate_below(0.05);
  std::vector<measurement> seen = looks({number(0.01), {.what = reading::value, .value = 0.07, .samples = 40}});
  seen.back().warnings = {"partial"};
  const wire::measurement told = told_of(gate, seen, assess(gate, k_noon, seen));
  const auto again = wire::parse<wire::measurement>(nlohmann::json(told));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->gate, "http-error-rate");
  EXPECT_EQ(again->reading, "value");
  EXPECT_EQ(again->finding, "bad");
  EXPECT_EQ(again->value, 0.07);
  EXPECT_EQ(again->stable, std::nullopt);
  EXPECT_EQ(again->limit, 0.05);
  EXPECT_EQ(again->samples, 40);
  EXPECT_EQ(again->unit, model::unit::share);
  EXPECT_EQ(again->look, 2);
  EXPECT_EQ(again->judged, 2);
  EXPECT_EQ(again->verdict, verdict::failed);
  EXPECT_THAT(again->warnings, ElementsAre("partial"));
}

TEST(Measurement, WithoutANumberHasNone) {
  const model::metric_gate gate = error_rate_below(0.05);
  const auto seen = looks({nothing(reading::no_traffic)});
  const wire::measurement told = told_of(gate, seen, assess(gate, k_noon, seen));
  EXPECT_EQ(told.value, std::nullopt);
  EXPECT_EQ(told.reading, "no-traffic");
  EXPECT_EQ(told.finding, "inconclusive");
}

wire::gate_verdict row(const char* gate, verdict v, bool advisory = false) {
  wire::gate_verdict out;
  out.gate = gate;
  out.verdict = v;
  out.advisory = advisory;
  return out;
}

TEST(Conclusion, IsTheWorstAndTheFirstOfThese) {
  struct {
    std::vector<wire::gate_verdict> gates;
    verdict expected;
    const char* by;
  } const rows[] = {
      {{}, verdict::passed, ""},
      {{row("a", verdict::passed), row("b", verdict::passed)}, verdict::passed, ""},
      {{row("a", verdict::passed), row("b", verdict::failed), row("c", verdict::failed)}, verdict::failed, "b"},
      {{row("a", verdict::measuring), row("b", verdict::inconclusive), row("c", verdict::error), row("d", verdict::failed)}, verdict::failed, "d"},
      {{row("a", verdict::measuring), row("b", verdict::inconclusive), row("c", verdict::error)}, verdict::error, "c"},
      {{row("a", verdict::measuring), row("b", verdict::inconclusive)}, verdict::inconclusive, "b"},
      {{row("a", verdict::measuring), row("b", verdict::passed)}, verdict::measuring, "a"},
      {{row("a", verdict::failed, true), row("b", verdict::passed)}, verdict::passed, ""},
  };
  for (const auto& r : rows) {
    const wire::analysis_verdict out = conclude(r.gates);
    EXPECT_EQ(model::word_of(model::k_verdict, out.verdict), model::word_of(model::k_verdict, r.expected));
    EXPECT_EQ(out.gate, r.by);
    EXPECT_EQ(out.gates.size(), r.gates.size());
  }
}

TEST(Conclude, AStepThatPassedSaysItsNewestNumbers) {
  wire::gate_verdict errors{.gate = "http-error-rate", .verdict = model::verdict::passed, .now = "0 %"};
  wire::gate_verdict p99{.gate = "http-p99", .verdict = model::verdict::passed, .now = "81 ms", .stable = "79 ms"};
  EXPECT_EQ(conclude({errors, p99}).message, "http-error-rate 0 %, http-p99 81 ms (stable 79 ms)");
}

}  // namespace
}  // namespace leadsman::analysis
