#include "analysis/assess.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/analysis/scene.hpp"

namespace leadsman::analysis {
namespace {

using namespace std::chrono_literals;
using model::verdict;

const look k_good = number(0.01);
const look k_bad = number(0.9);
const look k_empty = nothing(reading::no_data);
const look k_down = nothing(reading::unreachable);
const look k_typo = nothing(reading::invalid_query);

struct assess_case {
  const char* name;
  model::measuring pace;
  std::vector<look> seen;
  verdict expected;
  const char* reason;
};

void PrintTo(const assess_case& c, std::ostream* out) { *out << c.name; }

class Assess : public testing::TestWithParam<assess_case> {};

TEST_P(Assess, DecidesAfterTheseLooks) {
  model::metric_gate gate = error_rate_below(0.05);
  gate.measuring = GetParam().pace;
  const assessment stands = assess(gate, k_noon, looks(GetParam().seen));
  EXPECT_EQ(model::word_of(model::k_verdict, stands.verdict), model::word_of(model::k_verdict, GetParam().expected)) << stands.message;
  EXPECT_EQ(stands.reason, GetParam().reason);
  EXPECT_EQ(stands.next.has_value(), stands.verdict == verdict::measuring);
}

const model::measuring k_default{};
const model::measuring k_three{.count = 3};
const model::measuring k_one_bad_allowed{.count = 3, .failure_limit = 1};
const model::measuring k_no_patience{.inconclusive_limit = 0, .error_limit = 0};

INSTANTIATE_TEST_SUITE_P(
    Looks, Assess,
    testing::Values(assess_case{"None", k_default, {}, verdict::measuring, ""},
                    assess_case{"OneGood", k_three, {k_good}, verdict::measuring, "WithinBounds"},
                    assess_case{"EnoughGood", k_three, {k_good, k_good, k_good}, verdict::passed, "WithinBounds"},
                    assess_case{"OneBad", k_three, {k_bad}, verdict::failed, "AboveMaximum"},
                    assess_case{"BadAtTheEnd", k_three, {k_good, k_good, k_bad}, verdict::failed, "AboveMaximum"},
                    assess_case{"OneBadIsAllowed", k_one_bad_allowed, {k_bad, k_good}, verdict::measuring, "WithinBounds"},
                    assess_case{"OneBadIsAllowedAndPasses", k_one_bad_allowed, {k_good, k_good, k_bad}, verdict::passed, "WithinBounds"},
                    assess_case{"TwoBadAreNot", k_one_bad_allowed, {k_bad, k_good, k_bad}, verdict::failed, "AboveMaximum"},
                    assess_case{"WhatComesAfterwardsDoesNotCount", k_three, {k_bad, k_good, k_good, k_good}, verdict::failed, "AboveMaximum"},
                    assess_case{"EmptyDoesNotCountAsGood", k_three, {k_good, k_empty, k_good}, verdict::measuring, "WithinBounds"},
                    assess_case{"EmptyAtFirst", k_three, {k_empty, k_empty, k_empty, k_good, k_good, k_good}, verdict::passed, "WithinBounds"},
                    assess_case{"EmptyTooOften", k_three, {k_empty, k_good, k_empty, k_empty, k_good, k_empty}, verdict::inconclusive, "NoData"},
                    assess_case{"EmptyAtOnceIsTooOften", k_no_patience, {k_empty}, verdict::inconclusive, "NoData"},
                    assess_case{"DownForAWhile", k_three, {k_down, k_down, k_down, k_good}, verdict::measuring, "WithinBounds"},
                    assess_case{"DownTooLong", k_three, {k_good, k_down, k_down, k_down, k_down}, verdict::error, "SourceUnreachable"},
                    assess_case{"DownNowAndThen", k_three, {k_down, k_down, k_good, k_down, k_down, k_good, k_down, k_down, k_good}, verdict::passed, "WithinBounds"},
                    assess_case{"DownAtOnceIsTooLong", k_no_patience, {k_down}, verdict::error, "SourceUnreachable"},
                    assess_case{"DownAndEmptyInTurnEnds", k_three, {k_down, k_empty, k_down, k_empty, k_down, k_empty, k_down, k_empty}, verdict::inconclusive, "NoData"},
                    assess_case{"InvalidQueryIsNotAskedAgain", k_default, {k_typo}, verdict::error, "QueryInvalid"},
                    assess_case{"BadBeforeInvalid", k_default, {k_bad, k_typo}, verdict::failed, "AboveMaximum"}),
    [](const auto& param_info) { return std::string(param_info.param.name); });

TEST(Assess, EndsWhateverComes) {
  const model::metric_gate gate = error_rate_below(0.05);
  const std::vector<look> kinds{k_good, k_empty, k_down};
  for (size_t first = 0; first < kinds.size(); ++first) {
    for (size_t step = 1; step < 4; ++step) {
      std::vector<look> seen;
      for (size_t i = 0; i < 40; ++i) seen.push_back(kinds[(first + i * step) % kinds.size()]);
      EXPECT_NE(assess(gate, k_noon, looks(seen)).verdict, verdict::measuring) << first << " " << step;
    }
  }
}

TEST(Assess, LooksFirstAfterAWindowAndThenEveryInterval) {
  model::metric_gate gate = error_rate_below(0.05);
  gate.measuring.interval = 30s;
  gate.measuring.window = 2min;
  EXPECT_EQ(assess(gate, k_noon, {}).next, k_noon + 2min);
  gate.measuring.delay = 5s;
  EXPECT_EQ(assess(gate, k_noon, {}).next, k_noon + 5s);
  const auto seen = looks({k_good, k_empty});
  EXPECT_EQ(assess(gate, k_noon, seen).next, seen.back().at + 30s);
}

TEST(Assess, AQueryThatIsInvalidForStableEndsItToo) {
  model::metric_gate gate = error_rate_below(0.05);
  gate.against = model::against::stable;
  const measurement seen{k_noon, k_good, k_typo};
  EXPECT_EQ(assess(gate, k_noon, std::vector{seen}).verdict, verdict::error);
}

TEST(Assess, SaysHowOften) {
  model::metric_gate gate = error_rate_below(0.05);
  gate.measuring = k_one_bad_allowed;
  struct {
    std::vector<look> seen;
    const char* message;
  } const rows[] = {
      {{}, "not looked at yet"},
      {{k_bad, k_bad}, "http-error-rate is 90 %, above the 5 % allowed (bad 2 times)"},
      {{k_good, k_bad, k_good}, "http-error-rate is 1 % (good 2 of 3 times)"},
      {{k_empty, k_empty, k_empty, k_empty}, "http-error-rate has no data: why (nothing to judge 4 times)"},
      {{k_down, k_down, k_down, k_down}, "http-error-rate cannot be asked for: why (4 times in a row)"},
      {{k_typo}, "http-error-rate cannot be asked for as it is written: why"},
  };
  for (const auto& row : rows) EXPECT_EQ(assess(gate, k_noon, looks(row.seen)).message, row.message);
}

TEST(Assess, CountsWhatItSaw) {
  model::metric_gate gate = error_rate_below(0.05);
  gate.measuring = k_one_bad_allowed;
  const tally looks_so_far{.good = 1, .bad = 1, .inconclusive = 1, .faults = 1, .faults_in_a_row = 1};
  EXPECT_EQ(assess(gate, k_noon, looks({k_bad, k_empty, k_good, k_down})).looks, looks_so_far);
}

}  // namespace
}  // namespace leadsman::analysis
