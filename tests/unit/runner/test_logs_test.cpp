#include "runner/test_logs.hpp"

#include "unit/runner/made_objects.hpp"
#include "unit/runner/scene.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;
using testing::ElementsAre;

// Pods of tests that run while helm waits for them; what they print is what the API server answers.
class TestLogs : public scene {
 protected:
  void SetUp() override {
    scene::SetUp();
    admit(wish());
    intend_step(model::step_kind::test);
    faults_ = [this](const std::string&, const std::string& path) -> std::optional<std::string> {
      if (!path.ends_with("/log")) return std::nullopt;
      read_.push_back(path);
      return test::http_answer(200, printed_);
    };
  }
  static json pod(const std::string& name, const std::string& phase, const std::string& state, const std::string& labels = "") {
    return object_of("{apiVersion: v1, kind: Pod, metadata: {name: " + name + ", namespace: shop, uid: u-" + name + phase + ", labels: {" + labels + "}}, status: {phase: " + phase +
                     ", containerStatuses: [{name: main, state: {" + state + "}}]}}");
  }
  // Follows the test "smoke" of that kind while `meanwhile` happens, until its logs have been read.
  void follow(std::function<void()> meanwhile, const std::string& kind = "Pod") {
    test::run_until_done(io_, [&]() -> task<void> {
      helm::hook hook;
      hook.name = "smoke";
      hook.kind = kind;
      test_logs logs(*r_, {hook});
      logs.start();
      const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
      while (cluster_.watches() == 0 && std::chrono::steady_clock::now() < until) co_await sleep_for(std::chrono::milliseconds(5));
      meanwhile();
      while (read_.empty() && std::chrono::steady_clock::now() < until) co_await sleep_for(std::chrono::milliseconds(5));
      co_await logs.stop();
    });
  }
  std::vector<json> logs() { return data_of(model::event_kind::log); }

  std::string printed_ = "one\ntwo\n";
  std::vector<std::string> read_;
};

TEST_F(TestLogs, AreToldLineByLineWithTheirContainer) {
  follow([this] { cluster_.put(pod("smoke", "Running", "running: {}")); });
  ASSERT_EQ(logs().size(), 1u);
  EXPECT_EQ(logs()[0], json::parse(R"({"source":"test","test":"smoke","pod":"smoke","container":"main","lines":["one","two"],"truncated":false})"));
  EXPECT_THAT(told(), ElementsAre("log: smoke/main"));
}

TEST_F(TestLogs, OfAJobAreThoseOfItsPods) {
  follow([this] { cluster_.put(pod("smoke-x7", "Running", "running: {}", "batch.kubernetes.io/job-name: smoke")); }, "Job");
  ASSERT_EQ(logs().size(), 1u);
  EXPECT_EQ(logs()[0].at("test"), "smoke");
  EXPECT_EQ(logs()[0].at("pod"), "smoke-x7");
}

TEST_F(TestLogs, OfAContainerAreReadOnce) {
  follow([this] {
    cluster_.put(pod("smoke", "Running", "running: {}"));
    json ready = pod("smoke", "Running", "running: {}");
    ready["status"]["containerStatuses"][0]["ready"] = true;
    cluster_.put(ready);
  });
  EXPECT_EQ(read_.size(), 1u);
}

TEST_F(TestLogs, OfAPodThatHasEndedAlreadyAreReadToo) {
  follow([this] { cluster_.put(pod("smoke", "Succeeded", "terminated: {exitCode: 0}")); });
  EXPECT_EQ(logs().size(), 1u);
}

TEST_F(TestLogs, OfAnEarlierRunAreNotTold) {
  cluster_.put(pod("smoke", "Succeeded", "terminated: {exitCode: 0}"));
  follow([this] { cluster_.put(pod("smoke", "Running", "running: {}")); });
  EXPECT_EQ(read_.size(), 1u);
}

TEST_F(TestLogs, OfOtherPodsAndOfContainersThatHaveNotBegunAreNotTold) {
  follow([this] {
    cluster_.put(pod("web-1", "Running", "running: {}"));
    cluster_.put(pod("smoke-x6", "Pending", "waiting: {reason: ContainerCreating}", "batch.kubernetes.io/job-name: smoke"));
    cluster_.put(pod("smoke-x7", "Running", "running: {}", "batch.kubernetes.io/job-name: smoke"));
  }, "Job");
  EXPECT_THAT(read_, ElementsAre("/api/v1/namespaces/shop/pods/smoke-x7/log"));
}

TEST_F(TestLogs, AreCutWhenTheyAreTooMany) {
  printed_ = std::string(10000, 'x') + "\n";
  for (size_t i = 0; i < test_logs::k_lines_kept; ++i) printed_ += "y\n";
  follow([this] { cluster_.put(pod("smoke", "Running", "running: {}")); });
  size_t lines = 0;
  bool truncated = false;
  for (const json& told : logs()) {
    lines += told.at("lines").size();
    truncated = truncated || told.at("truncated");
    for (const json& line : told.at("lines")) EXPECT_LE(line.get<std::string>().size(), test_logs::k_line_length + 3);
  }
  EXPECT_EQ(lines, test_logs::k_lines_kept);
  EXPECT_TRUE(truncated);
}

TEST_F(TestLogs, HideWhatTheReleaseKeepsSecret) {
  r_->log.hide(redactor({"hunter2"}));
  printed_ = "password is hunter2\n";
  follow([this] { cluster_.put(pod("smoke", "Running", "running: {}")); });
  EXPECT_EQ(logs().at(0).at("lines"), json::array({"password is ***"}));
}

}  // namespace
}  // namespace leadsman::runner
