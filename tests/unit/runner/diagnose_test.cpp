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
      if (path.ends_with("/selfsubjectrulesreviews")) return fake_cluster::ok({{"status", {{"resourceRules", json::array()}, {"incomplete", true}}}});
      if (path.ends_with("/selfsubjectaccessreviews")) return fake_cluster::ok({{"status", {{"allowed", allowed_}}}});
      return std::nullopt;
    };
  }
  // "helm failed: what was found | how to mend it"
  std::vector<std::string> rows(const std::string& cluster, const std::string& name_space) {
    wire::doctor_question question;
    question.where = {cluster, name_space, ""};
    std::vector<std::string> lines;
    const wire::checks found = run_on(io_, agent_->diagnose(std::move(question))).value();
    for (const wire::check& row : found) {
      lines.push_back(row.name + " " + std::string(model::word_of(wire::k_verdict, row.verdict)) + ": " + row.found + " | " + row.mend);
    }
    return lines;
  }
  bool allowed_ = true;
};

TEST_F(Diagnosis, OfAnAgentThatIsWellNamesWhatItFound) {
  const auto lines = rows("prod", "");
  EXPECT_THAT(lines, testing::Contains(testing::StartsWith("version ok: agent " LEADSMAN_VERSION)));
  EXPECT_THAT(lines, testing::Contains(testing::StartsWith("helm ok: v4.2.3")));
  EXPECT_THAT(lines, testing::Contains(testing::AllOf(testing::StartsWith("cluster ok: prod"), HasSubstr("Kubernetes v1.36.0"))));
}

TEST_F(Diagnosis, OfANamespaceNamesEveryPermissionThatIsMissing) {
  cluster_.put({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "shop"}}}});
  EXPECT_THAT(rows("prod", "shop"), testing::Not(testing::Contains(HasSubstr("failed"))));
  allowed_ = false;
  EXPECT_THAT(rows("prod", "shop"), testing::Contains(testing::AllOf(HasSubstr("failed"), HasSubstr("pods/log"))));
}

TEST_F(Diagnosis, OfAClusterThatIsNotKnownNamesThoseThatAre) {
  EXPECT_THAT(rows("dev", "shop"), testing::Contains(testing::AllOf(HasSubstr("failed"), HasSubstr("'dev'"), HasSubstr("prod"))));
}

TEST_F(Diagnosis, OfAnApiServerThatDoesNotAnswerSaysSo) {
  faults_ = [](const std::string&, const std::string&) { return std::optional(silence()); };
  EXPECT_THAT(rows("prod", "shop"), testing::Contains(testing::AllOf(testing::StartsWith("cluster failed: "), HasSubstr("the API server is starting"))));
}

TEST_F(Diagnosis, OfAHelmThatDoesNotStartSaysSo) {
  fake_helm("echo 'Error: broken' >&2; exit 1");
  EXPECT_THAT(rows("prod", ""), testing::Contains(testing::AllOf(testing::StartsWith("helm failed: "), HasSubstr("broken"))));
}

TEST_F(Diagnosis, AnAgentWhoseStoreAnswersIsReady) { EXPECT_THAT(run_on(io_, agent_->not_ready_because()), testing::IsEmpty()); }

}  // namespace
}  // namespace leadsman::runner
