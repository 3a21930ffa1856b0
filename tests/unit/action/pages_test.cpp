#include "action/output/pages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::action {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

std::string page_text(const std::vector<spoken_line>& lines) {
  std::string out;
  for (const spoken_line& each : lines) out += plain_text(each.line) + "\n";
  return out;
}

TEST(PlanPage, ShowsWhatChangesAndHow) {
  const json plan = json::parse(R"({
    "changes": [
      {"object": "Deployment web", "action": "change", "changes": [
        {"path": "/spec/replicas", "from": 1, "to": 3},
        {"path": "/spec/template/spec/containers/0/image", "from": "web:1", "to": "web:2"},
        {"path": "/metadata/annotations/a.b~1c", "from": null, "to": "x"},
        {"path": "/spec/paused", "from": true, "to": null}]},
      {"object": "ConfigMap web", "action": "change", "changes": [{"path": "/data/conf", "from": "a\nb\nc\n", "to": "a\nB\nc\n"}]},
      {"object": "Service web", "action": "unchanged", "changes": []},
      {"object": "Job old", "action": "remove"},
      {"object": "Widget w", "action": "unknown", "message": "no such kind"}],
    "steps": [{"kind": "upgrade", "title": "helm upgrade to revision 5"}, {"kind": "test"}],
    "on_failure": "on failure: back to revision 4",
    "way_back": {"revision": 4, "standing": "verified"},
    "holder": {"repository": "acme/shop", "run_id": "7", "step": "test", "since": "2026-11-21T10:00:00Z"},
    "warnings": ["no tests"]})");
  const std::string text = page_text(plan_page(plan, "web"));
  for (const char* each : {"    spec.replicas: 1 → 3\n", "    spec.template.spec.containers[0].image: web:1 → web:2\n",
                           "    metadata.annotations[\"a.b/c\"]: + x\n", "    spec.paused: true is removed\n",
                           "    data.conf:\n      - b\n      + B\n", "  1 object unchanged\n", "  remove Job old\n",
                           "  unknown Widget w: no such kind\n", "   1.  helm upgrade to revision 5\n   2.  test\n",
                           "on failure: back to revision 4\n", "way back  revision 4, verified\n",
                           "held by   acme/shop run 7, step test", "! no tests\n"}) {
    EXPECT_THAT(text, HasSubstr(each));
  }
  EXPECT_THAT(text, Not(HasSubstr("Service web")));
}

const char* const k_canary_plan = R"({
    "strategy": "canary",
    "canary": {"release": "web-canary", "left_out": ["Ingress web-canary: requests come to the canary by its weight alone"]},
    "steps": [
      {"kind": "preflight", "title": "lint", "begins": {"least_ms": 0, "most_ms": 0}, "expected": {"least_ms": 2400, "most_ms": 2400, "measured": true}},
      {"kind": "shift", "title": "10 %, then a pause of 2m", "weight": 10, "begins": {"least_ms": 2400, "most_ms": 2400, "measured": true},
       "expected": {"least_ms": 125000, "most_ms": 215000, "measured": true}},
      {"kind": "shift", "title": "50 %, then until it is promoted", "weight": 50, "begins": {"least_ms": 127400, "most_ms": 217400, "measured": true},
       "expected": {"least_ms": 0, "most_ms": null, "by_hand": true}},
      {"kind": "upgrade", "title": "helm upgrade", "begins": {"least_ms": 127400, "most_ms": null, "by_hand": true}, "expected": {"least_ms": 0, "most_ms": null}}],
    "expected": {"least_ms": 127400, "most_ms": null, "by_hand": true, "measured": true}, "measured_deployments": 5,
    "checks": [{"name": "permissions", "verdict": "failed", "found": "1 missing\ncreate jobs", "mend": "grant it", "apply": "kind: List\n"},
               {"name": "metric", "verdict": "ok", "found": "http-error-rate of stable is 0 %"}]})";

TEST(PlanPage, ShowsWhenEachStepBeginsAndHowLongItTakes) {
  const std::string text = page_text(plan_page(json::parse(k_canary_plan), "web"));
  for (const char* each : {"Plan for web  canary\n", "   1.  at once",
                           "   2.  after about 2s               about 2m 5s to 3m 35s  10 %", "until promoted", "  unknown  ",
                           "in all    at least 2m 7s, until promoted, by the last 5 deployments\n", "not in web-canary\n  Ingress web-canary: requests",
                           "  ✗ permissions  1 missing\n      create jobs\n    → grant it\n", "  ✓ metric       http-error-rate of stable is 0 %\n"}) {
    EXPECT_THAT(text, HasSubstr(each));
  }
  EXPECT_THAT(text, ::testing::EndsWith("kind: List\n"));
}

TEST(PlanPage, WithoutEarlierDeploymentsHasNoColumnsOfUnknowns) {
  const json plan = json::parse(R"({"steps": [{"kind": "upgrade", "title": "helm upgrade", "begins": {"least_ms": 0, "most_ms": 0}, "expected": {"least_ms": 0, "most_ms": null}}],
    "expected": {"least_ms": 0, "most_ms": null}, "measured_deployments": 0})");
  EXPECT_THAT(page_text(plan_page(plan, "web")), HasSubstr("   1.  helm upgrade\nin all    how long is unknown: no earlier deployment of this release is known to this agent\n"));
}

TEST(PlanPage, SaysThatDeployWouldBeRefused) {
  const json plan{{"refused", {{"reason", "NoWayBack"}, {"message", "there is nothing to return to"}}}};
  EXPECT_THAT(page_text(plan_page(plan, "web")), HasSubstr("✗ would be refused: NoWayBack  there is nothing to return to"));
}

TEST(PlanPage, NothingToChangeIsNoRefusal) {
  const json plan{{"refused", {{"reason", "NoChange"}, {"message", "revision 4 is what was asked for"}}}};
  EXPECT_FALSE(is_refused(plan));
  EXPECT_THAT(page_text(plan_page(plan, "web")), HasSubstr("✓ nothing to change  revision 4"));
  EXPECT_THAT(page_text(plan_page(plan, "web")), Not(HasSubstr("way back")));
}

TEST(Pages, TakeAnythingAnAgentMightSay) {
  for (const char* text : {"null", "[]", "3", "{}", R"({"changes": 3, "steps": {"a": 1}, "holder": "x", "way_back": [], "workloads": [1], "revisions": [null], "release": 4})"}) {
    const json odd = json::parse(text);
    EXPECT_NO_THROW(plan_page(odd, "web")) << text;
    EXPECT_NO_THROW(status_page(odd)) << text;
    EXPECT_NO_THROW(history_page(odd)) << text;
  }
}

TEST(Pages, StatusAndHistoryShowTheCanaryBesideTheRelease) {
  const json canary = json::parse(R"({"deployment": "d-1", "weight": 25, "chart": "web-2.0.0", "since": "2026-11-21T10:00:00Z", "router": "gateway-api"})");
  const std::string line = "canary    web-2.0.0, 25 % of the traffic, of deployment d-1, since 2026-11-21T10:00:00Z\n";
  EXPECT_THAT(page_text(status_page({{"canary", canary}})), HasSubstr(line));
  EXPECT_THAT(page_text(history_page({{"canary", canary}})), HasSubstr(line));
  json without_traffic = canary;
  without_traffic["weight"] = 0;
  EXPECT_THAT(page_text(status_page({{"canary", without_traffic}})), HasSubstr("canary    web-2.0.0, no traffic, of deployment d-1"));
}

TEST(HistoryPage, IsATableOfRevisions) {
  const json history = json::parse(R"({"revisions": [
    {"revision": 1, "status": "superseded", "chart": "web-1.0.0", "updated": "2026-11-21T10:00:00Z", "standing": "verified"},
    {"revision": 12, "status": "failed", "chart": "web-1.0.1", "updated": "2026-11-21T10:05:00Z", "description": "timed out"}]})");
  const std::string text = page_text(history_page(history));
  EXPECT_THAT(text, HasSubstr("REVISION  UPDATED               STATUS      CHART      STANDING  DESCRIPTION\n"));
  EXPECT_THAT(text, HasSubstr("1         2026-11-21T10:00:00Z  superseded  web-1.0.0  verified  \n"));
  EXPECT_THAT(text, HasSubstr("12        2026-11-21T10:05:00Z  failed      web-1.0.1  -         timed out\n"));
}

TEST(DoctorPage, SaysHowToMendWhatIsWrong) {
  const std::string text = page_text(doctor_page({wire::well("helm", "v4.2.3"), wire::wrong("permissions", "1 is missing\ncreate leases", "grant it\nto the agent"),
                                                  wire::doubtful("clock", "10 s apart", "set it")}));
  EXPECT_EQ(text,
            "✓ helm         v4.2.3\n"
            "✗ permissions  1 is missing\n"
            "    create leases\n"
            "  → grant it\n"
            "  → to the agent\n"
            "! clock        10 s apart\n"
            "  → set it\n"
            "1 of 3 checks failed\n");
}

TEST(DoctorPage, EndsWithWhatCanBeAppliedAsItStands) {
  wire::check c = wire::wrong("permissions", "missing", "grant");
  c.apply = "kind: List\nitems:\n  - kind: Role\n";
  const std::string text = page_text(doctor_page({c}));
  EXPECT_THAT(text, ::testing::EndsWith("1 of 1 checks failed\n# mends \"permissions\": kubectl apply -f FILE, as somebody who may grant it\nkind: List\nitems:\n  - kind: Role\n"));
}

TEST(DoctorPage, TellsWellFromWellEnough) {
  EXPECT_THAT(page_text(doctor_page({wire::well("helm", "v4")})), HasSubstr("all is well"));
  EXPECT_THAT(page_text(doctor_page({wire::doubtful("clock", "x", "y")})), HasSubstr("it works; 1 of 1 checks found something"));
}

wire::health_check check_of(const char* name, model::verdict v, std::optional<double> value, std::optional<double> bound, model::unit unit) {
  wire::health_check out;
  out.check = name;
  out.verdict = v;
  out.value = value;
  out.bound = bound;
  out.unit = unit;
  out.samples = 412.2;
  out.reading = value ? "value" : "no-traffic";
  return out;
}

TEST(HealthPage, HasARowForEachCheckAndSaysWhy) {
  wire::release_health health;
  health.health = wire::health::unhealthy;
  health.reason = "AboveMaximum";
  health.message = "health/error-rate is 7.2 % of 412 samples, above the 5 % allowed";
  health.release = {"default", "shop", "web"};
  health.service = "web-svc";
  health.window = "60s";
  health.source = "prometheus";
  health.checks = {check_of("error-rate", model::verdict::failed, 0.072, 0.05, model::unit::share), check_of("p99", model::verdict::inconclusive, std::nullopt, 1.0, model::unit::seconds)};
  const std::string page = page_text(health_page(health));
  EXPECT_THAT(page, HasSubstr("web (namespace shop)  unhealthy  Service web-svc, last 60s, by prometheus"));
  EXPECT_THAT(page, HasSubstr("failed        error-rate  7.2 %       5 %    412"));
  EXPECT_THAT(page, HasSubstr("inconclusive  p99         no-traffic  1 s    412"));
  EXPECT_THAT(page, HasSubstr("AboveMaximum: health/error-rate is 7.2 %"));
  health.health = wire::health::healthy;
  EXPECT_THAT(page_text(health_page(health)), Not(HasSubstr("AboveMaximum")));
}

TEST(MetricsPage, ShowsBothSidesAndHowTheGatesEnded) {
  wire::deployment_metrics metrics;
  metrics.release = {"default", "shop", "web"};
  metrics.phase = model::phase::analyzing;
  metrics.canary.emplace();
  metrics.canary->error_rate.value = 0.5;
  metrics.canary->latency.p99.value = 0.081;
  metrics.canary->throughput = {"no-data", std::nullopt, std::nullopt, "the query has no result"};
  metrics.stable.error_rate.value = 0;
  wire::told_verdict told{"2026-01-01T00:00:00Z", 40, {}};
  wire::gate_verdict& gate = told.verdict.gates.emplace_back();
  gate.gate = "http-error-rate";
  gate.verdict = model::verdict::failed;
  gate.now = "50 %";
  metrics.verdicts.push_back(told);
  const std::string page = page_text(metrics_page(metrics));
  EXPECT_THAT(page, HasSubstr("web (namespace shop)  analyzing"));
  EXPECT_THAT(page, HasSubstr("error rate            50 %"));
  EXPECT_THAT(page, HasSubstr("p99                   81 ms"));
  EXPECT_THAT(page, HasSubstr("requests a second: the query has no result"));
  EXPECT_THAT(page, HasSubstr("40 %  http-error-rate  failed"));
  metrics.canary.reset();
  EXPECT_THAT(page_text(metrics_page(metrics)), HasSubstr("METRIC                NOW"));
}

TEST(ChangePage, SaysTheDifferenceOrWhyThereIsNone) {
  wire::metric_change change;
  change.metric = "http-p99";
  change.unit = model::unit::seconds;
  change.before = {"2026-01-01T00:00:00Z", "300s", {"value", 0.08, 400, ""}};
  change.after = {"2026-01-01T00:09:00Z", "300s", {"value", 0.1, 410, ""}};
  change.change = 0.02;
  change.relative_change = 0.25;
  const std::string page = page_text(change_page(change));
  EXPECT_THAT(page, HasSubstr("before  80 ms"));
  EXPECT_THAT(page, HasSubstr("after   100 ms"));
  EXPECT_THAT(page, HasSubstr("change  +20 ms (+25.0 %)"));
  change.change.reset();
  change.after.number = {"no-data", std::nullopt, std::nullopt, "the deployment has not ended"};
  EXPECT_THAT(page_text(change_page(change)), HasSubstr("after: the deployment has not ended"));
}

}  // namespace
}  // namespace leadsman::action
