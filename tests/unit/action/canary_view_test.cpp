#include <gmock/gmock.h>

#include "action/output/github/summary.hpp"
#include "action/output/narrate.hpp"

namespace leadsman::action {
namespace {

using model::event_kind;
using model::step_kind;
using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

model::event event_of(event_kind kind, std::string message, const json& data) {
  model::event e;
  e.kind = kind;
  e.message = std::move(message);
  e.data = data.dump();
  return e;
}

model::event step_event(step_kind kind, model::step_status status, std::optional<int> weight) {
  wire::step_change change;
  change.step = kind;
  change.status = status;
  change.attempt = 2;
  change.weight = weight;
  return event_of(event_kind::step, "25 % accepted, not verified by traffic", json(change));
}

std::string text_of(const std::vector<spoken_line>& lines) {
  std::string text;
  for (const spoken_line& line : lines) text += plain_text(line.line) + "\n";
  return text;
}

TEST(CanaryView, AStepIsCalledByItsWeightNotByItsAttempt) {
  const std::string told = text_of(narrate({}, step_event(step_kind::shift, model::step_status::done, 25), detail::everything));
  EXPECT_THAT(told, HasSubstr("traffic to the canary 25 %"));
  EXPECT_THAT(told, testing::Not(HasSubstr("attempt")));
}

TEST(CanaryView, TellsWhatIsAcceptedOnceAndAPauseWithItsEnd) {
  wire::weight_change change;
  change.stage = wire::weight_stage::accepted;
  EXPECT_THAT(text_of(narrate({}, event_of(event_kind::weight, "25 % accepted by x after 20 ms", json(change)), detail::everything)), HasSubstr("accepted by x"));
  change.stage = wire::weight_stage::in_effect;
  EXPECT_THAT(narrate({}, event_of(event_kind::weight, "25 % accepted, not verified by traffic", json(change)), detail::everything), IsEmpty());
  const wire::phase_change paused{model::phase::paused, ""};
  EXPECT_THAT(text_of(narrate({}, event_of(event_kind::phase, "paused until somebody says: leadsman promote x", json(paused)), detail::everything)), HasSubstr("leadsman promote x"));
  EXPECT_THAT(narrate({}, event_of(event_kind::phase, "paused", json(paused)), detail::everything), IsEmpty());
}

TEST(RollingView, TheSummaryHasARowForEachGateAfterTheUpgrade) {
  progress known;
  apply(known, step_event(step_kind::analyze, model::step_status::intended, std::nullopt));
  wire::analysis_verdict verdict;
  wire::gate_verdict& gate = verdict.gates.emplace_back();
  gate.gate = "http-p99";
  gate.verdict = model::verdict::passed;
  gate.now = "81 ms";
  gate.limit = "86.9 ms";
  gate.before = "79 ms";
  gate.values = {"81 ms"};
  gate.sparkline = "▁";
  apply(known, event_of(event_kind::verdict, "", json(verdict)));
  const std::string summary = github::write_summary(known, {});
  EXPECT_THAT(summary, HasSubstr("### Metrics after the upgrade"));
  EXPECT_THAT(summary, HasSubstr("| http-p99 | passed | 81 ms | 86.9 ms | 79 ms | 1 | ▁ |"));
  EXPECT_THAT(summary, testing::Not(HasSubstr("Metrics of the canary")));
  EXPECT_EQ(title_of(step_kind::analyze, std::nullopt), "measure the release");
  EXPECT_EQ(title_of(step_kind::analyze, 25), "measure the canary 25 %");
}

TEST(RollingView, OnlyVerdictsAreVerdicts) {
  progress known;
  apply(known, event_of(event_kind::created, "", json{{"id", "x"}}));
  apply(known, event_of(event_kind::planned, "", json::object()));
  EXPECT_TRUE(known.measured.empty());
}

TEST(CanaryView, TheSummaryHasARowForEachGateAtEachWeight) {
  progress known;
  apply(known, step_event(step_kind::analyze, model::step_status::intended, 25));
  wire::analysis_verdict verdict;
  verdict.verdict = model::verdict::failed;
  wire::gate_verdict& gate = verdict.gates.emplace_back();
  gate.gate = "http-error-rate";
  gate.verdict = model::verdict::failed;
  gate.now = "7.2 %";
  gate.limit = "1 %";
  gate.values = {"0 %", "7.2 %"};
  gate.sparkline = "▁█";
  gate.query = "sum(rate(x[1m]))";
  gate.interval = "30s";
  apply(known, event_of(event_kind::verdict, "", json(verdict)));
  const std::string summary = github::write_summary(known, {});
  EXPECT_THAT(summary, HasSubstr("### Metrics of the canary"));
  EXPECT_THAT(summary, HasSubstr("| 25 % | http-error-rate | failed | 7.2 % | 1 % |  | 2 | ▁█ |"));
  EXPECT_THAT(summary, HasSubstr("http-error-rate every 30s: sum(rate(x[1m]))"));
}

}  // namespace
}  // namespace leadsman::action
