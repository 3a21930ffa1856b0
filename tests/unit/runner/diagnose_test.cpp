#include "unit/runner/agent_scene.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Diagnosis : public agent_scene {
 protected:
  void SetUp() override {
    agent_scene::SetUp();
    fake_helm("echo v4.2.3");
    faults_ = [this](const std::string&, const std::string& path) -> std::optional<std::string> {
      if (path == "/version") return fake_cluster::ok({{"gitVersion", "v1.36.0"}});
      if (path.ends_with("/selfsubjectaccessreviews")) return fake_cluster::ok({{"status", {{"allowed", allowed_}}}});
      return std::nullopt;
    };
  }
  std::vector<std::string> rows(const std::string& cluster, const std::string& name_space) {
    std::vector<std::string> lines;
    const json all = run_on(io_, agent_->diagnose(cluster, name_space)).value();
    for (const json& row : all) {
      lines.push_back(row.at("check").get<std::string>() + (row.at("ok").get<bool>() ? " ok: " : " BAD: ") + row.at("found").get<std::string>() + " | " + row.at("mend").get<std::string>());
    }
    return lines;
  }
  bool allowed_ = true;
};

TEST_F(Diagnosis, OfAnAgentThatIsWellNamesWhatItFound) {
  const auto lines = rows("prod", "");
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_THAT(lines[0], testing::StartsWith("agent ok: version " LEADSMAN_VERSION));
  EXPECT_EQ(lines[1], "helm ok: v4.2.3 | ");
  EXPECT_EQ(lines[2], "store ok: answers | ");
  EXPECT_EQ(lines[3], "cluster ok: API server v1.36.0 | ");
}

TEST_F(Diagnosis, OfANamespaceAsksForEveryPermissionThatIsNeeded) {
  EXPECT_THAT(rows("prod", "shop"), testing::Contains("permission ok: get pods/log in shop | "));
  allowed_ = false;
  EXPECT_THAT(rows("prod", "shop"), testing::Contains("permission BAD: get pods/log in shop is not allowed | grant it to the agent: it is needed for logs of tests"));
}

TEST_F(Diagnosis, OfAClusterThatIsNotKnownNamesThoseThatAre) {
  EXPECT_THAT(rows("dev", "shop").back(), testing::AllOf(HasSubstr("cluster BAD: this agent knows no cluster 'dev'"), HasSubstr("prod")));
}

TEST_F(Diagnosis, OfAnApiServerThatDoesNotAnswerEndsThere) {
  faults_ = [](const std::string&, const std::string&) { return std::optional(silence()); };
  EXPECT_THAT(rows("prod", "shop").back(), testing::AllOf(HasSubstr("cluster BAD: "), HasSubstr("the API server is starting"), HasSubstr("check the kubeconfig")));
}

TEST_F(Diagnosis, OfAHelmThatDoesNotStartSaysSo) {
  fake_helm("echo 'Error: broken' >&2; exit 1");
  EXPECT_THAT(rows("prod", "")[1], testing::AllOf(HasSubstr("helm BAD"), HasSubstr("broken")));
}

TEST_F(Diagnosis, AnAgentWhoseStoreAnswersIsReady) { EXPECT_THAT(run_on(io_, agent_->not_ready_because()), testing::IsEmpty()); }

}  // namespace
}  // namespace leadsman::runner
