#include "analysis/trial.hpp"

#include <gmock/gmock.h>

namespace leadsman::analysis {
namespace {

using testing::HasSubstr;
using wire::verdict;

const questions k_asked{"rate(errors[1m])", "increase(all[1m])", ""};

model::metric_gate errors_below_one_percent() {
  model::metric_gate gate;
  gate.name = "errors";
  gate.unit = model::unit::share;
  gate.max = 0.01;
  return gate;
}

answer number(double value) { return {.what = reading::value, .value = value, .at = now()}; }
answer said(reading what, const char* words) { return {.what = what, .words = words}; }

trial tried(answer value, answer traffic = number(500), model::metric_gate gate = errors_below_one_percent()) {
  return assess_trial(gate, k_asked, {std::move(value), std::move(traffic), {}}, now());
}

TEST(Trial, SaysTheNumberThatStableHasNow) {
  const trial t = tried(number(0.002));
  EXPECT_EQ(t.row, (wire::check{"metric", verdict::ok, "errors of stable is 0.2 % of 500 samples", ""}));
}

TEST(Trial, WarnsOfABoundThatStableBreaksItself) {
  const trial t = tried(number(0.2));
  EXPECT_EQ(t.row.verdict, verdict::warning);
  EXPECT_THAT(t.row.found, HasSubstr("errors of stable is 20 % of 500 samples, above the 1 % allowed"));
  EXPECT_THAT(t.row.mend, HasSubstr("stable itself does not pass"));
}

TEST(Trial, OfAQueryThatDoesNotParseIsHopelessWhateverTheTrafficIs) {
  const trial t = tried(said(reading::invalid_query, "Prometheus says: parse error"), said(reading::no_data, ""));
  EXPECT_TRUE(t.hopeless);
  EXPECT_EQ(t.row.verdict, verdict::failed);
  EXPECT_THAT(t.row.found, HasSubstr("errors of stable cannot be asked for as it is written: Prometheus says: parse error"));
  EXPECT_THAT(t.row.mend, HasSubstr("correct the query\nasked: rate(errors[1m])"));
}

TEST(Trial, NamesTheQueryThatIsWrongWhenItIsTheOneAboutTraffic) {
  const trial t = tried(number(0), said(reading::invalid_query, "parse error"));
  EXPECT_TRUE(t.hopeless);
  EXPECT_THAT(t.row.mend, HasSubstr("asked: increase(all[1m])"));
}

TEST(Trial, OfAnAdvisoryGateIsNeverHopeless) {
  model::metric_gate gate = errors_below_one_percent();
  gate.advisory = true;
  const trial t = tried(said(reading::invalid_query, "parse error"), number(500), gate);
  EXPECT_FALSE(t.hopeless);
  EXPECT_EQ(t.row.verdict, verdict::warning);
}

TEST(Trial, NoDataAndNoTrafficAreWarnings) {
  const trial none = tried(said(reading::no_data, "the query has no result"));
  EXPECT_EQ(none.row.verdict, verdict::warning);
  EXPECT_THAT(none.row.found, HasSubstr("errors of stable has no data: the query has no result"));
  EXPECT_THAT(none.row.mend, HasSubstr("is stable scraped"));
  EXPECT_THAT(tried(number(0), number(0)).row.mend, HasSubstr("wait for traffic"));
}

TEST(Trial, ASourceThatDoesNotAnswerIsAWarningAndOneThatRefusesIsNot) {
  EXPECT_EQ(tried(said(reading::unreachable, "refused")).row.verdict, verdict::warning);
  EXPECT_EQ(tried(said(reading::rejected, "401")).row.verdict, verdict::failed);
  EXPECT_EQ(tried(said(reading::several_series, "2 results")).row.verdict, verdict::failed);
}

TEST(Trial, IsNotHeldAgainstStableItself) {
  model::metric_gate gate = errors_below_one_percent();
  gate.against = model::against::stable;
  EXPECT_EQ(tried(number(0.001), number(500), gate).row.verdict, verdict::ok);
}

}  // namespace
}  // namespace leadsman::analysis
