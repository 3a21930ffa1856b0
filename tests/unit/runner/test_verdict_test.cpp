#include "runner/test_verdict.hpp"

#include <gtest/gtest.h>

namespace leadsman::runner {
namespace {

using namespace std::chrono_literals;

constexpr wall_time k_began{1'795'262'400'000ms};

helm::hook test_hook(const char* name, const char* phase, std::optional<wall_time> started = k_began) {
  helm::hook h;
  h.name = name;
  h.last_run.phase = phase;
  h.last_run.started = started;
  return h;
}

helm::outcome helm_said(const char* failure) {
  helm::outcome ran;
  if (*failure) ran.failed = helm::failure{helm::failure_class::hook, failure};
  return ran;
}

struct verdict_case {
  const char* name;
  std::vector<helm::hook> tests;
  const char* helm_failed;  // empty: it said success
  flow::outcome outcome;
  const char* message;
};

void PrintTo(const verdict_case& c, std::ostream* out) { *out << c.name; }

class TestVerdict : public testing::TestWithParam<verdict_case> {};

// What helm had recorded before it ran: the runs that began earlier.
std::vector<helm::hook> earlier(std::vector<helm::hook> tests) {
  std::erase_if(tests, [](const helm::hook& t) { return !t.last_run.started || *t.last_run.started >= k_began; });
  return tests;
}

TEST_P(TestVerdict, CountsTheTestsThatRan) {
  const step_result came = judge_tests(earlier(GetParam().tests), GetParam().tests, helm_said(GetParam().helm_failed));
  EXPECT_EQ(model::word_of(flow::k_outcome, came.outcome), model::word_of(flow::k_outcome, GetParam().outcome));
  EXPECT_EQ(came.message, GetParam().message);
  EXPECT_EQ(came.reason, GetParam().outcome == flow::outcome::done ? "" : "TestsFailed");
}

INSTANTIATE_TEST_SUITE_P(
    HelmTest, TestVerdict,
    testing::Values(
        verdict_case{"AllPassed", {test_hook("a", "Succeeded"), test_hook("b", "Succeeded", k_began + 5s)}, "", flow::outcome::done, "2 of 2 tests passed: a, b"},
        verdict_case{"OneFailed", {test_hook("a", "Succeeded"), test_hook("b", "Failed")}, "pod b failed", flow::outcome::failed, "1 of 2 tests passed; failed: b (pod b failed)"},
        verdict_case{"OneFailedThoughHelmSaidSuccess", {test_hook("a", "Failed")}, "", flow::outcome::failed, "0 of 1 tests passed; failed: a"},
        verdict_case{"NoneRanThoughHelmSaidSuccess", {test_hook("a", "", std::nullopt)}, "", flow::outcome::failed, "0 of 1 tests passed; the others did not run, though helm said success"},
        verdict_case{"AnEarlierRunDoesNotCount", {test_hook("a", "Succeeded", k_began - 1ms)}, "", flow::outcome::failed, "0 of 1 tests passed; the others did not run, though helm said success"},
        verdict_case{"AnEarlierFailureDoesNotCountEither", {test_hook("a", "Failed", k_began - 1h), test_hook("b", "Succeeded")}, "", flow::outcome::failed, "1 of 2 tests passed; the others did not run, though helm said success"},
        verdict_case{"HelmFailedBeforeAnyTest", {test_hook("a", "", std::nullopt)}, "unreachable", flow::outcome::failed, "0 of 1 tests passed (unreachable)"},
        verdict_case{"HelmFailedThoughAllPassed", {test_hook("a", "Succeeded")}, "unreachable", flow::outcome::failed, "1 of 1 tests passed (unreachable)"},
        verdict_case{"OneStillRuns", {test_hook("a", "Running")}, "timed out", flow::outcome::failed, "0 of 1 tests passed; failed: a (timed out)"}),
    [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace leadsman::runner
