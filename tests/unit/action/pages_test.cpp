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
                           "  unknown Widget w: no such kind\n", "  1. helm upgrade to revision 5\n  2. test\n",
                           "on failure: back to revision 4\n", "way back  revision 4, verified\n",
                           "held by   acme/shop run 7, step test", "! no tests\n"}) {
    EXPECT_THAT(text, HasSubstr(each));
  }
  EXPECT_THAT(text, Not(HasSubstr("Service web")));
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

}  // namespace
}  // namespace leadsman::action
