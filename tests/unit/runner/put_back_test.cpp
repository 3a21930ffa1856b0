#include "runner/canary/put_back.hpp"

#include "runner/step/steps.hpp"
#include "unit/runner/scene.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char* k_path = "/api/v1/namespaces/shop/services/route";

json route_with(const std::string& spec, const std::string& managers) {
  return {{"apiVersion", "v1"}, {"kind", "Service"}, {"spec", spec}, {"metadata", {{"name", "route"}, {"namespace", "shop"}, {"managedFields", json::parse(managers)}}}};
}

const json k_original = route_with("all to stable", R"([{"manager": "helm", "time": "10:00"}])");
const json k_ours = route_with("half to the canary", R"([{"manager": "helm", "time": "10:00"}, {"manager": "leadsman", "time": "10:05"},
  {"manager": "contour", "time": "10:06", "subresource": "status"}])");
const json k_edited = route_with("half to the canary", R"([{"manager": "helm", "time": "10:00"}, {"manager": "kubectl-edit", "time": "10:07"}])");

TEST(EditedSince, IsNobodyWhenOnlyWeAndAStatusWroteIt) { EXPECT_EQ(edited_since(k_original, k_ours), ""); }

TEST(EditedSince, IsWhoWroteItSince) {
  EXPECT_EQ(edited_since(k_original, k_edited), "kubectl-edit");
  EXPECT_EQ(edited_since(k_edited, route_with("", R"([{"manager": "kubectl-edit", "time": "10:09"}])")), "kubectl-edit");
}

// A canary whose router is no plugin of this agent: each question to it fails.
class RouterThatFails : public scene {
 protected:
  void SetUp() override {
    scene::SetUp();
    model::deployment_request wanted = wish_for_a_chart();
    wanted.canary.emplace();
    wanted.canary->router = {"gateway-api", "{}", "web", "web-canary"};
    wanted.canary->settle = std::chrono::milliseconds(1);
    admit(wanted);
  }
  void find_route(const json& live) {
    cluster_.put(live);
    intend_step(model::step_kind::shift, {{"route_before", {k_original}}});
  }
  step_result perform(task<result<step_result>> (*step)(rollout&, bool)) { return run_on(io_, step(*r_, false)).value(); }
};

TEST_F(RouterThatFails, LeadsTrafficHomeAllTheSame) {
  find_route(k_ours);
  const step_result came = perform(bring_home);
  EXPECT_EQ(came.outcome, flow::outcome::done) << came.message;
  EXPECT_EQ(cluster_.object(k_path)["spec"], k_original["spec"]);
}

TEST_F(RouterThatFails, LeavesWhatSomebodyElseHasChangedSince) {
  find_route(k_edited);
  const step_result came = perform(bring_home);
  EXPECT_EQ(came.outcome, flow::outcome::failed);
  EXPECT_EQ(came.reason, model::reason::k_router_failed);
  EXPECT_THAT(came.message, HasSubstr("kubectl-edit has changed route since"));
  EXPECT_EQ(cluster_.object(k_path)["spec"], k_edited["spec"]);
}

TEST_F(RouterThatFails, IsNoHomeWhereNothingWasRecorded) {
  cluster_.put(k_ours);
  intend_step(model::step_kind::home);
  const step_result came = perform(bring_home);
  EXPECT_EQ(came.outcome, flow::outcome::failed);
  EXPECT_THAT(came.message, HasSubstr("there is no plugin gateway-api"));
}

// Not a defect of ours that leaves everything as it stands, but a reason for the way back.
TEST_F(RouterThatFails, EndsAPause) {
  find_route(k_ours);
  intend_step(model::step_kind::hold);
  const step_result came = perform(hold);
  EXPECT_EQ(came.outcome, flow::outcome::failed);
  EXPECT_EQ(came.reason, model::reason::k_router_failed);
}

}  // namespace
}  // namespace leadsman::runner
