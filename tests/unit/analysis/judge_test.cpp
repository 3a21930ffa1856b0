#include "analysis/judge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/analysis/scene.hpp"

namespace leadsman::analysis {
namespace {

model::metric_gate p99_beside_stable(double tolerance) {
  model::metric_gate gate;
  gate.name = "http-p99";
  gate.unit = model::unit::seconds;
  gate.against = model::against::stable;
  gate.tolerance = tolerance;
  return gate;
}

model::metric_gate p99_beside_before() {
  model::metric_gate gate = p99_beside_stable(0.1);
  gate.against = model::against::before;
  return gate;
}

model::metric_gate uptime_beside_stable(double tolerance) {
  model::metric_gate gate = p99_beside_stable(tolerance);
  gate.better = model::better::higher;
  gate.unit = model::unit::share;
  return gate;
}

model::metric_gate with(model::metric_gate gate, std::optional<double> max, std::optional<double> min, std::optional<double> good_enough = std::nullopt) {
  gate.max = max;
  gate.min = min;
  gate.good_enough = good_enough;
  return gate;
}

struct judge_case {
  const char* name;
  model::metric_gate gate;
  look canary;
  std::optional<look> stable;
  finding expected;
  const char* reason;
};

void PrintTo(const judge_case& c, std::ostream* out) { *out << c.name; }

class Judge : public testing::TestWithParam<judge_case> {};

TEST_P(Judge, FindsWhatTheNumberIs) {
  const judgement judged = judge(GetParam().gate, {k_noon, GetParam().canary, GetParam().stable});
  EXPECT_EQ(model::word_of(k_finding, judged.finding), model::word_of(k_finding, GetParam().expected)) << judged.message;
  EXPECT_EQ(judged.reason, GetParam().reason);
}

const auto k_name = [](const auto& param_info) { return std::string(param_info.param.name); };
const auto k_errors = error_rate_below(0.05);
const auto k_uptime = with({.name = "uptime", .better = model::better::higher}, std::nullopt, 0.999);
const auto k_p99 = p99_beside_stable(0.1);

INSTANTIATE_TEST_SUITE_P(
    Bounds, Judge,
    testing::Values(judge_case{"Below", k_errors, number(0.01), {}, finding::good, "WithinBounds"},
                    judge_case{"AtTheBound", k_errors, number(0.05), {}, finding::good, "WithinBounds"},
                    judge_case{"Above", k_errors, number(0.0501), {}, finding::bad, "AboveMaximum"},
                    judge_case{"AtTheLowerBound", k_uptime, number(0.999), {}, finding::good, "WithinBounds"},
                    judge_case{"BelowTheLowerBound", k_uptime, number(0.9989), {}, finding::bad, "BelowMinimum"},
                    judge_case{"Between", with(k_errors, 0.05, 0.01), number(0.03), {}, finding::good, "WithinBounds"},
                    judge_case{"BelowBoth", with(k_errors, 0.05, 0.01), number(0.001), {}, finding::bad, "BelowMinimum"}),
    k_name);

INSTANTIATE_TEST_SUITE_P(
    BesideStable, Judge,
    testing::Values(judge_case{"Equal", k_p99, number(0.1), number(0.1), finding::good, "NotWorseThanStable"},
                    judge_case{"Better", k_p99, number(0.01), number(0.1), finding::good, "NotWorseThanStable"},
                    judge_case{"WithinTolerance", k_p99, number(0.1099), number(0.1), finding::good, "NotWorseThanStable"},
                    judge_case{"Worse", k_p99, number(0.1101), number(0.1), finding::bad, "WorseThanStable"},
                    judge_case{"NoTolerance", p99_beside_stable(0), number(0.1001), number(0.1), finding::bad, "WorseThanStable"},
                    judge_case{"StableHasNone", k_p99, number(0.0001), number(0), finding::bad, "WorseThanStable"},
                    judge_case{"BothHaveNone", k_p99, number(0), number(0), finding::good, "NotWorseThanStable"},
                    judge_case{"WorseThanItWas", p99_beside_before(), number(0.12), number(0.1), finding::bad, "WorseThanBefore"},
                    judge_case{"NotWorseThanItWas", p99_beside_before(), number(0.11), number(0.1), finding::good, "NotWorseThanBefore"},
                    judge_case{"NobodyCameBefore", p99_beside_before(), number(0.01), nothing(reading::no_traffic), finding::inconclusive, "NoTraffic"},
                    judge_case{"HigherIsBetter", uptime_beside_stable(0.1), number(0.91), number(1), finding::good, "NotWorseThanStable"},
                    judge_case{"HigherIsBetterAndItIsLow", uptime_beside_stable(0.1), number(0.89), number(1), finding::bad, "WorseThanStable"},
                    judge_case{"NegativeNumbers", k_p99, number(-9.5), number(-10), finding::good, "NotWorseThanStable"},
                    judge_case{"GoodEnough", with(k_p99, {}, {}, 0.02), number(0.02), number(0.001), finding::good, "GoodEnough"},
                    judge_case{"GoodEnoughWithoutStable", with(k_p99, {}, {}, 0.02), number(0.01), nothing(reading::no_data), finding::good, "GoodEnough"},
                    judge_case{"NotGoodEnough", with(k_p99, {}, {}, 0.02), number(0.03), number(0.001), finding::bad, "WorseThanStable"},
                    judge_case{"HighEnough", with(uptime_beside_stable(0), {}, {}, 0.9), number(0.95), number(1), finding::good, "GoodEnough"},
                    judge_case{"OwnBoundComesFirst", with(k_p99, 0.1, {}), number(0.2), number(1), finding::bad, "AboveMaximum"},
                    judge_case{"OwnBoundWithoutStable", with(k_p99, 0.1, {}), number(0.2), nothing(reading::unreachable), finding::bad, "AboveMaximum"},
                    judge_case{"StableWithoutNumber", k_p99, number(0.1), nothing(reading::no_traffic), finding::inconclusive, "NoTraffic"},
                    judge_case{"StableCannotBeAsked", k_p99, number(0.1), nothing(reading::unreachable), finding::fault, "SourceUnreachable"},
                    judge_case{"StableWasNotLookedAt", k_p99, number(0.1), {}, finding::inconclusive, "NoData"}),
    k_name);

// None of these is ever good.
INSTANTIATE_TEST_SUITE_P(
    WithoutNumber, Judge,
    testing::Values(judge_case{"NoData", k_errors, nothing(reading::no_data), {}, finding::inconclusive, "NoData"},
                    judge_case{"NotANumber", k_errors, nothing(reading::not_a_number), {}, finding::inconclusive, "NotANumber"},
                    judge_case{"Infinite", k_errors, nothing(reading::infinite), {}, finding::inconclusive, "Infinite"},
                    judge_case{"Stale", k_errors, nothing(reading::stale), {}, finding::inconclusive, "StaleData"},
                    judge_case{"NoTraffic", k_errors, nothing(reading::no_traffic), {}, finding::inconclusive, "NoTraffic"},
                    judge_case{"SeveralSeries", k_errors, nothing(reading::several_series), {}, finding::fault, "SeveralSeries"},
                    judge_case{"Unreachable", k_errors, nothing(reading::unreachable), {}, finding::fault, "SourceUnreachable"},
                    judge_case{"Rejected", k_errors, nothing(reading::rejected), {}, finding::fault, "QueryRejected"},
                    judge_case{"InvalidQuery", k_errors, nothing(reading::invalid_query), {}, finding::fault, "QueryInvalid"},
                    judge_case{"BadAnswer", k_errors, nothing(reading::bad_answer), {}, finding::fault, "BadAnswer"}),
    k_name);

TEST(Judge, EveryReadingIsDecidedAndOnlyANumberIsGood) {
  for (const auto& [word, what] : k_reading) {
    const judgement judged = judge(k_errors, {k_noon, nothing(what)});
    EXPECT_FALSE(judged.reason.empty()) << word;
    EXPECT_EQ(judged.finding == finding::good, what == reading::value) << word;
    EXPECT_EQ(judged.hopeless, what == reading::invalid_query) << word;
  }
}

TEST(Judge, SaysItInASentence) {
  struct {
    model::metric_gate gate;
    measurement seen;
    const char* sentence;
  } const rows[] = {
      {k_errors, {k_noon, {.what = reading::value, .value = 0.072, .samples = 412.3}}, "http-error-rate is 7.2 % of 412 samples, above the 5 % allowed"},
      {k_uptime, {k_noon, number(0.5)}, "uptime is 0.5, below the 0.999 required"},
      {k_p99, {k_noon, number(0.12), number(0.08)}, "http-p99 is 120 ms; stable's is 80 ms, and 88 ms would be allowed"},
      {k_p99, {k_noon, number(0.081), number(0.08)}, "http-p99 is 81 ms; stable's is 80 ms"},
      {k_p99, {k_noon, number(2.5), nothing(reading::no_data)}, "http-p99 of stable has no data: why"},
      {p99_beside_before(), {k_noon, number(0.12), number(0.08)}, "http-p99 is 120 ms; before the upgrade it was 80 ms, and 88 ms would be allowed"},
      {p99_beside_before(), {k_noon, number(0.12), nothing(reading::no_traffic)}, "http-p99 before the upgrade says nothing yet: why"},
      {k_errors, {k_noon, {.what = reading::unreachable, .words = "connection refused"}}, "http-error-rate cannot be asked for: connection refused"},
  };
  for (const auto& row : rows) EXPECT_EQ(judge(row.gate, row.seen).message, row.sentence);
}

}  // namespace
}  // namespace leadsman::analysis
