#include <fstream>
#include <iterator>

#include "archive/chart.hpp"
#include "helm/encoding.hpp"
#include "unit/runner/rollouts_scene.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

class RolloutsOfAChart : public rollouts_scene {
 protected:
  archive::packed_folder pack(const std::string& chart_yaml) {
    chart_.write("Chart.yaml", chart_yaml);
    chart_.write("values.yaml", "replicas: 1\n");
    return archive::pack_folder(chart_.path()).value();
  }
  archive::packed_folder good_chart() { return pack("apiVersion: v2\nname: web\nversion: 1.2.3\n"); }
  result<void> put(const std::string& digest, const std::string& bytes) { return run_on(io_, agent_->put_chart(digest, bytes)); }
  static model::deployment_request deploy(const std::string& digest) {
    model::deployment_request r = back_to(3);
    r.kind = model::request_kind::deploy;
    r.revision.reset();
    r.chart = {digest, "web", "1.2.3", "charts/web"};
    return r;
  }

  test::temporary_folder chart_;
};

TEST_F(RolloutsOfAChart, KeepAChartThatIsWhatItsDigestSays) {
  const auto chart = good_chart();
  EXPECT_FALSE(run_on(io_, agent_->has_chart(chart.sha256)).value());
  ASSERT_TRUE(put(chart.sha256, chart.bytes));
  EXPECT_TRUE(run_on(io_, agent_->has_chart(chart.sha256)).value());
}

TEST_F(RolloutsOfAChart, RefuseAChartUnderAnotherDigest) {
  const auto refused = put(std::string(64, 'a'), good_chart().bytes);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::invalid_input);
  EXPECT_EQ(refused.error().field, "digest");
  EXPECT_THAT(refused.error().message, HasSubstr(good_chart().sha256));
  EXPECT_FALSE(run_on(io_, agent_->has_chart(std::string(64, 'a'))).value());
}

TEST_F(RolloutsOfAChart, RefuseWhatIsNoChart) {
  EXPECT_FALSE(put(std::string(64, 'a'), "no archive"));
  const auto unnamed = pack("apiVersion: v2\nversion: 1.2.3\n");
  EXPECT_FALSE(put(unnamed.sha256, unnamed.bytes));
}

TEST_F(RolloutsOfAChart, RefuseADeploymentOfAChartThatWasNotUploaded) {
  const auto refused = submit(deploy(std::string(64, 'a')));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::not_found);
  EXPECT_EQ(refused.error().field, "chart.digest");
  EXPECT_THAT(run_on(io_, agent_->list({})).value(), IsEmpty());
}

TEST_F(RolloutsOfAChart, RefuseValuesThatCannotBeRead) {
  const auto chart = good_chart();
  ASSERT_TRUE(put(chart.sha256, chart.bytes));
  model::deployment_request r = deploy(chart.sha256);
  r.values = {{"values.yaml", "a: ["}};
  const auto refused = submit(r);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::invalid_input);
  EXPECT_THAT(run_on(io_, agent_->list({})).value(), IsEmpty());
}

TEST_F(RolloutsOfAChart, LeaveNoUnpackedChartBehind) {
  const auto chart = good_chart();
  ASSERT_TRUE(put(chart.sha256, chart.bytes));
  const std::string id = submitted(deploy(chart.sha256));
  const auto events = follow(id);
  EXPECT_EQ(events.front().message, "deploy web-1.2.3 as prod/shop/web");
  EXPECT_EQ(find(id).state.reason, "Forbidden");
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "run" / "charts" / id));
}

// A release with one ConfigMap that holds a password; `line` is what stands in it.
class PreviewOfAChart : public RolloutsOfAChart {
 protected:
  static json config_map(const std::string& line) {
    return {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "settings"}, {"namespace", "shop"}}}, {"data", {{"line", line}}}};
  }
  static json release(int revision, const std::string& status, const std::string& password) {
    return {{"name", "web"}, {"namespace", "shop"}, {"version", revision}, {"info", {{"status", status}}}, {"config", {{"password", password}}}, {"manifest", config_map(password).dump()}};
  }
  void deploy_first(const std::string& password) {
    cluster_.put(config_map(password));
    cluster_.put({{"apiVersion", "v1"},
                  {"kind", "Secret"},
                  {"metadata", {{"name", "sh.helm.release.v1.web.v1"}, {"namespace", "shop"}, {"labels", {{"owner", "helm"}, {"name", "web"}, {"version", "1"}, {"status", "deployed"}}}}},
                  {"data", {{"release", helm::base64_encode(helm::base64_encode(helm::gzip(release(1, "deployed", password).dump())))}}}});
  }
  result<json> preview(const std::string& password) {
    const auto chart = good_chart();
    EXPECT_TRUE(put(chart.sha256, chart.bytes));
    model::deployment_request r = deploy(chart.sha256);
    r.values = {{"values.yaml", "password: " + password + "\n"}};
    return run_on(io_, agent_->plan(r));
  }
  bool left_a_chart() { return std::filesystem::exists(folder_.path() / "run" / "charts") && !std::filesystem::is_empty(folder_.path() / "run" / "charts"); }
};

TEST_F(PreviewOfAChart, ShowsWhatWouldChangeAndNoSecretOldOrNew) {
  deploy_first("old-hunter2");
  folder_.write("rendered.json", release(2, "pending-upgrade", "new-hunter2").dump());
  const auto shown = preview("new-hunter2");
  ASSERT_TRUE(shown) << shown.error().message;
  EXPECT_EQ(shown->at("changes"), json::parse(R"([{"object": "ConfigMap settings", "action": "change", "changes": [{"path": "/data/line", "from": "***", "to": "***"}]}])"));
  EXPECT_EQ(shown->at("base_revision"), 1);
  EXPECT_FALSE(left_a_chart());
}

TEST_F(PreviewOfAChart, SaysWhatHelmSaidWithoutTheSecrets) {
  folder_.write("helm", "#!/bin/sh\necho 'Error: values do not meet the schema: new-hunter2 is too short' >&2; exit 1\n");
  const auto shown = preview("new-hunter2");
  ASSERT_FALSE(shown);
  EXPECT_EQ(shown.error().code, errc::invalid_input);
  EXPECT_EQ(shown.error().field, "chart");
  EXPECT_THAT(shown.error().message, AllOf(HasSubstr("*** is too short"), testing::Not(HasSubstr("hunter2"))));
  EXPECT_FALSE(left_a_chart());
}

TEST_F(PreviewOfAChart, LeavesNoChartBehindWhoseDefaultsAreBroken) {
  chart_.write("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.2.3\n");
  chart_.write("values.yaml", "a: [\n");
  const auto chart = archive::pack_folder(chart_.path()).value();
  ASSERT_TRUE(put(chart.sha256, chart.bytes));
  EXPECT_FALSE(run_on(io_, agent_->plan(deploy(chart.sha256))));
  EXPECT_FALSE(left_a_chart());
}

TEST_F(RolloutsOfAChart, KeepTheValuesOfADeploymentOutOfItsEventsAndOfTheDatabaseInClear) {
  const auto chart = good_chart();
  ASSERT_TRUE(put(chart.sha256, chart.bytes));
  model::deployment_request r = deploy(chart.sha256);
  r.values = {{"values.yaml", "password: hunter2-hunter2"}};
  const std::string id = submitted(r);
  for (const model::event& e : follow(id)) EXPECT_THAT(e.message + e.data, testing::Not(HasSubstr("hunter2")));
  end();
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder_.path() / "state")) {
    if (!file.is_regular_file()) continue;
    std::ifstream in(file.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(bytes.find("hunter2"), std::string::npos) << file.path();
  }
  begin(1);
}

}  // namespace
}  // namespace leadsman::runner
