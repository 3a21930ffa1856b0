#include "action/output/github/plan_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::action::github {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

json plan_of_a_canary() {
  return json::parse(R"({
    "strategy": "canary", "refused": null, "on_failure": "on failure: all traffic to stable",
    "canary": {"release": "web-canary", "left_out": ["Ingress web-canary: a route"]},
    "steps": [{"kind": "shift", "title": "10 % to the canary", "begins": {"least_ms": 0, "most_ms": 0}, "expected": {"least_ms": 120000, "most_ms": 120000}}],
    "expected": {"least_ms": 120000, "most_ms": 120000}, "measured_deployments": 0,
    "warnings": ["no tests"],
    "checks": [{"name": "pods", "verdict": "ok", "found": "at most 5"}, {"name": "quota q", "verdict": "warning", "found": "tight", "mend": "raise it"}],
    "changes": [
      {"object": "Deployment web", "action": "change", "changes": [{"path": "/spec/replicas", "from": 1, "to": 3}, {"path": "/data/conf", "from": "a\nb\n", "to": "a\nB\n"}]},
      {"object": "Job old", "action": "remove"}, {"object": "Service new", "action": "create"}, {"object": "Service web", "action": "unchanged"}]})");
}

std::string report(const json& plan, size_t limit = k_comment_limit) { return write_plan(plan, "web", limit); }

TEST(PlanReport, IsAPageForAReviewer) {
  const std::string text = report(plan_of_a_canary());
  EXPECT_THAT(text, StartsWith("## ⚠️ Plan for web: canary\n\n**How long:** 2m"));
  for (const char* each : {"| 1 | 10 % to the canary | at once | 2m |", "| ⚠️ | quota q | tight<br>→ raise it |", "- ⚠️ no tests", "**Not in web-canary:**\n\n- Ingress web-canary: a route",
                           "<details><summary>Changes: 1 to create, 1 to change, 1 to remove, 1 unchanged</summary>", "-   spec.replicas: 1\n+   spec.replicas: 3\n",
                           "    data.conf:\n-     b\n+     B\n", "- remove Job old\n", "+ create Service new\n", "on failure: all traffic to stable"}) {
    EXPECT_THAT(text, HasSubstr(each));
  }
}

TEST(PlanReport, SaysFirstThatItWouldBeRefused) {
  json plan = plan_of_a_canary();
  plan["refused"] = {{"reason", "CanaryRefused"}, {"message", "no route"}};
  EXPECT_THAT(report(plan), StartsWith("## ❌ Plan for web: would be refused\n\n**CanaryRefused**: no route\n"));
  plan["refused"] = {{"reason", "NoChange"}, {"message", "revision 4 has it"}};
  EXPECT_THAT(report(plan), StartsWith("## ✅ Plan for web: nothing to change\n"));
}

TEST(PlanReport, TextOfChartsHasNoMeaning) {
  json plan = plan_of_a_canary();
  const std::string evil = "```\n</details><img src=x> @acme/team #9876 `code` | cell";
  plan["changes"][0]["object"] = evil;
  plan["changes"][0]["changes"][0]["to"] = evil;
  plan["warnings"][0] = evil;
  plan["checks"][1]["found"] = evil;
  plan["canary"]["left_out"][0] = evil;
  plan["steps"][0]["title"] = evil;
  const std::string text = report(plan);
  // The changes stand in a fence that is longer than any of theirs; outside of it nothing of it is left as it was.
  EXPECT_THAT(text, HasSubstr("````diff\n"));
  const size_t fence = text.find("````diff\n"), end = text.find("````\n", fence + 5);
  const std::string outside = text.substr(0, fence) + text.substr(end);
  EXPECT_THAT(outside, AllOf(Not(HasSubstr("<img")), Not(HasSubstr("@acme")), Not(HasSubstr("#9876")), Not(HasSubstr("```\n<")), Not(HasSubstr("| cell"))));
  size_t folds = 0, ends = 0;
  for (size_t at = 0; (at = outside.find("<details>", at)) != std::string::npos; ++at) ++folds;
  for (size_t at = 0; (at = outside.find("</details>", at)) != std::string::npos; ++at) ++ends;
  EXPECT_EQ(folds, ends);
}

TEST(PlanReport, CutsTheChangesToTheLimitAndSaysSo) {
  json plan = plan_of_a_canary();
  for (int i = 0; i < 3000; ++i) plan["changes"].push_back({{"object", "ConfigMap settings-" + std::to_string(i)}, {"action", "create"}});
  const std::string text = report(plan);
  EXPECT_LE(text.size(), k_comment_limit);
  EXPECT_GT(text.size(), k_comment_limit - 2000) << "as much as fits";
  EXPECT_THAT(text, AllOf(HasSubstr("more lines, which the log of this step has."), HasSubstr("settings-0"), Not(HasSubstr("settings-2999")), HasSubstr("quota q")));
}

TEST(PlanReport, NeverGoesBeyondItsLimitWhateverAnAgentSays) {
  json plan = plan_of_a_canary();
  for (int i = 0; i < 120; ++i) plan["checks"].push_back({{"name", "x"}, {"verdict", "failed"}, {"found", std::string(5000, '*')}, {"apply", std::string(50'000, 'y')}});
  EXPECT_LE(report(plan).size(), k_comment_limit);
  for (const char* odd : {"null", "[]", "{}", R"({"steps": 3, "checks": [1], "changes": {}, "canary": [], "warnings": "x", "refused": 1})"}) EXPECT_NO_THROW(report(json::parse(odd))) << odd;
}

TEST(PlanReport, SaysWhyThereIsNone) {
  EXPECT_EQ(write_no_plan({errc::invalid_input, "'5' is no duration", "canary.pause"}, "web"), "## ❌ There is no plan for web\n\n`canary.pause`: '5' is no duration\n");
}

}  // namespace
}  // namespace leadsman::action::github
