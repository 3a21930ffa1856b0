#include "analysis/reading.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/analysis/scene.hpp"

namespace leadsman::analysis {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

struct answer_case {
  const char* name;
  std::vector<const char*> values;  // one a series
  reading what;
  double value = 0;
  const char* says = "";
};

void PrintTo(const answer_case& c, std::ostream* out) { *out << c.name; }

model::metric_answer answer_of(const std::vector<const char*>& values) {
  model::metric_answer out;
  for (const char* value : values) out.series.push_back({{{"pod", std::string(1, static_cast<char>('a' + out.series.size()))}}, value, 5});
  return out;
}

class Answer : public testing::TestWithParam<answer_case> {};

TEST_P(Answer, IsReadAsWhatItIs) {
  const answer came = read_answer(answer_of(GetParam().values));
  EXPECT_EQ(model::word_of(k_reading, came.what), model::word_of(k_reading, GetParam().what)) << came.words;
  EXPECT_EQ(came.value, GetParam().value);
  EXPECT_THAT(came.words, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    OfASource, Answer,
    testing::Values(answer_case{"Number", {"0.25"}, reading::value, 0.25},
                    answer_case{"SmallNumber", {"1e-3"}, reading::value, 0.001},
                    answer_case{"NegativeNumber", {"-2"}, reading::value, -2},
                    answer_case{"Empty", {}, reading::no_data, 0, "no result"},
                    answer_case{"NotANumber", {"NaN"}, reading::not_a_number, 0, "NaN"},
                    answer_case{"Infinite", {"+Inf"}, reading::infinite, 0, "+Inf"},
                    answer_case{"NegativeInfinite", {"-Inf"}, reading::infinite, 0, "-Inf"},
                    answer_case{"TwoSeries", {"1", "2"}, reading::several_series, 0, R"(2 results, such as {"pod":"a"} and {"pod":"b"})"},
                    answer_case{"Words", {"much"}, reading::bad_answer, 0, "'much' is no number"},
                    answer_case{"NumberAndMore", {"1x"}, reading::bad_answer, 0, "'1x' is no number"},
                    answer_case{"EmptyText", {""}, reading::bad_answer, 0, "is no number"}),
    [](const auto& param_info) { return std::string(param_info.param.name); });

TEST(Answer, KeepsTheTimeThatACalendarKnows) {
  EXPECT_EQ(read_answer(answer_of({"1"})).at, wall_time(5s));
  model::metric_answer beyond = answer_of({"1"});
  beyond.series[0].at = 1e300;
  EXPECT_FALSE(read_answer(beyond).at);
}

TEST(Answer, ThatDidNotComeSaysWhoseFaultItIs) {
  struct {
    errc code;
    reading what;
  } const rows[] = {
      {errc::invalid_input, reading::invalid_query}, {errc::refused, reading::rejected}, {errc::forbidden, reading::rejected}, {errc::unauthenticated, reading::rejected}, {errc::unavailable, reading::unreachable}, {errc::timed_out, reading::unreachable}, {errc::not_found, reading::unreachable}, {errc::internal, reading::bad_answer}};
  for (const auto& row : rows) {
    const answer came = read_answer(fail(row.code, "why"));
    EXPECT_EQ(came.what, row.what) << to_string(row.code);
    EXPECT_EQ(came.words, "why");
    EXPECT_TRUE(is_fault(came.what));
  }
}

TEST(Answer, IsCutWhenASourceSendsABook) {
  const std::string book(100'000, 'x');
  EXPECT_LT(read_answer(fail(errc::unavailable, book)).words.size(), 600u);
  EXPECT_LT(read_answer(answer_of({book.c_str()})).words.size(), 600u);
  model::metric_answer labels = answer_of({"1", "2"});
  labels.series[0].labels["a"] = labels.series[1].labels["a"] = book;
  EXPECT_LT(read_answer(labels).words.size(), 600u);
  model::metric_answer one = answer_of({"1"});
  one.warnings = std::vector<std::string>(50, book);
  const answer warned = read_answer(one);
  EXPECT_EQ(warned.warnings.size(), 5u);
  EXPECT_LT(warned.warnings[0].size(), 600u);
}

answer found(double value, std::optional<wall_time> at = std::nullopt) { return {.what = reading::value, .value = value, .at = at}; }
double unix_seconds(wall_time at) { return static_cast<double>(at.time_since_epoch().count()) / 1000; }

TEST(Look, IsANumberWhenThereWasEnoughTraffic) {
  const look seen = read_look(error_rate_below(1), {found(0.5), found(9.6), std::nullopt}, k_noon);
  EXPECT_EQ(seen.what, reading::value);
  EXPECT_EQ(seen.value, 0.5);
  EXPECT_EQ(seen.samples, 9.6);
}

TEST(Look, ZeroByZeroIsNoTrafficAndNotNaN) {
  const look seen = read_look(error_rate_below(1), {{.what = reading::not_a_number}, found(0), std::nullopt}, k_noon);
  EXPECT_EQ(seen.what, reading::no_traffic);
  EXPECT_EQ(seen.words, "only 0 of at least 10 samples in 1m 0s");
}

TEST(Look, TooFewRequestsSayNothing) {
  const look seen = read_look(error_rate_below(1), {found(0), found(9.4), std::nullopt}, k_noon);
  EXPECT_EQ(seen.what, reading::no_traffic);
  EXPECT_EQ(seen.samples, 9.4);
}

TEST(Look, NoTrafficIsNotEnoughEvenWhenNoneIsAskedFor) {
  model::metric_gate gate = error_rate_below(1);
  gate.measuring.min_samples = 0;
  EXPECT_EQ(read_look(gate, {found(0), found(0), std::nullopt}, k_noon).what, reading::no_traffic);
  EXPECT_EQ(read_look(gate, {found(0), found(0.2), std::nullopt}, k_noon).what, reading::value);
}

TEST(Look, OfWhatNobodyScrapesHasNoData) {
  const look seen = read_look(error_rate_below(1), {found(0), answer{}, std::nullopt}, k_noon);
  EXPECT_EQ(seen.what, reading::no_data);
  EXPECT_THAT(seen.words, HasSubstr("no samples of it at all"));
}

TEST(Look, IsWhateverKeptItFromANumber) {
  for (const reading what : {reading::unreachable, reading::several_series, reading::invalid_query}) {
    EXPECT_EQ(read_look(error_rate_below(1), {found(0), answer{.what = what}, std::nullopt}, k_noon).what, what);
    EXPECT_EQ(read_look(error_rate_below(1), {found(0), found(50), answer{.what = what}}, k_noon).what, what);
    EXPECT_EQ(read_look(error_rate_below(1), {answer{.what = what}, found(50), std::nullopt}, k_noon).what, what);
  }
}

TEST(Look, IsStaleByTheSourcesOwnClock) {
  const wall_time source_now = k_noon - 24h;  // a clock that is a day behind ours
  const model::metric_gate gate = error_rate_below(1);
  const auto aged = [&](std::chrono::milliseconds age) { return answers{found(0), found(50), found(unix_seconds(source_now - age), source_now)}; };
  EXPECT_EQ(read_look(gate, aged(120s), k_noon).what, reading::value);
  const look seen = read_look(gate, aged(121s), k_noon);
  EXPECT_EQ(seen.what, reading::stale);
  EXPECT_EQ(seen.words, "the newest sample is 2m 1s old");
}

TEST(Look, IsStaleByTheSamplesOwnTimeWhenThatIsAllThereIs) {
  model::metric_gate gate;
  EXPECT_EQ(read_look(gate, {found(1, k_noon - 2min), std::nullopt, std::nullopt}, k_noon).what, reading::value);
  EXPECT_EQ(read_look(gate, {found(1, k_noon - 3min), std::nullopt, std::nullopt}, k_noon).what, reading::stale);
  EXPECT_EQ(read_look(gate, {found(1), std::nullopt, std::nullopt}, k_noon).what, reading::value);
}

}  // namespace
}  // namespace leadsman::analysis
