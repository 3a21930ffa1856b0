#include "helm/runner.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "async/task_group.hpp"
#include "helm/encoding.hpp"

namespace leadsman::helm {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

observer hearing(std::function<void(std::string_view)> on_message) {
  observer heard;
  heard.on_message = std::move(on_message);
  return heard;
}

observer starting(std::function<task<result<void>>(process::process_identity)> on_start) {
  observer heard;
  heard.on_start = std::move(on_start);
  return heard;
}

// A folder of its own with a helm that is a shell script.
class HelmRunner : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("leadsman-runner-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void fake_helm(const std::string& script) {
    std::ofstream(folder_ / "helm") << "#!/bin/sh\n"
                                    << script;
    ::chmod((folder_ / "helm").c_str(), 0755);
  }

  runner_settings settings() const {
    return {.program = folder_ / "helm", .run_dir = folder_ / "run", .own = {{"PATH", "/usr/bin:/bin"}, {"HELM_NAMESPACE", "elsewhere"}}};
  }

  upgrade_request upgrade() const { return {.release = {"store", "shop"}, .chart = "/charts/shop", .timeout = 1min}; }

  prepared_values values() const {
    return prepare_values({.files = {{"conf/values.yaml", "a: 1"}}, .set = {"password=hunter2"}}).value();
  }

  size_t leftovers() const {
    size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "run")) count += entry.path().filename().string().starts_with("values-") ? 1 : 0;
    return count;
  }

  result<outcome> run_upgrade(observer heard = {}) {
    asio::io_context io;
    runner helm(io.get_executor(), settings());
    EXPECT_TRUE(helm.prepare());
    result<outcome> done = fail(errc::internal, "did not run");
    spawn(io.get_executor(), "test", [&]() -> task<void> {
      auto running = helm.upgrade_install("/run/kubeconfig", upgrade(), values(), heard);
      done = co_await std::move(running);
    });
    io.run();
    return done;
  }

  std::filesystem::path folder_;
};

TEST_F(HelmRunner, PassesValuesInPrivateFilesAndRemovesThem) {
  fake_helm(R"sh(
for word in "$@"; do case "$word" in --values=*) file="${word#--values=}"; stat -c '%a' "$file" "$(dirname "$file")"; cat "$file"; esac; done
case "$*" in *hunter2*) echo leaked;; esac
env | grep -E '^(KUBECONFIG|HELM_)' | sort
)sh");
  const auto done = run_upgrade();
  ASSERT_TRUE(done);
  EXPECT_TRUE(done->ok());
  const std::string run = (folder_ / "run").string();
  EXPECT_EQ(done->output, "600\n700\na: 1\n600\n700\n{\"password\":\"hunter2\"}\nHELM_CACHE_HOME=" + run + "/helm/cache\nHELM_CONFIG_HOME=" + run +
                              "/helm/config\nHELM_DATA_HOME=" + run + "/helm/data\nKUBECONFIG=/run/kubeconfig\n");
  EXPECT_EQ(leftovers(), 0U);
}

TEST_F(HelmRunner, SaysWhatHelmSaidWithoutLogLinesAndPathsOfItsOwn) {
  fake_helm(R"sh(
echo 'level=WARN msg="x"' >&2
for word in "$@"; do case "$word" in --values=*values.yaml) echo "Error: failed to parse ${word#--values=}: bad" >&2; esac; done
exit 1
)sh");
  std::vector<std::string> heard;
  const auto done = run_upgrade(hearing([&](std::string_view line) { heard.emplace_back(line); }));
  ASSERT_TRUE(done);
  ASSERT_TRUE(done->failed);
  EXPECT_EQ(done->failed->kind, failure_class::chart_or_values);
  EXPECT_EQ(done->failed->message, "failed to parse 0-values.yaml: bad");
  EXPECT_THAT(heard, ElementsAre("Error: failed to parse 0-values.yaml: bad"));
}

TEST_F(HelmRunner, TellsTheProcessBeforeWaitingForIt) {
  fake_helm("while [ ! -e go ]; do sleep 0.01; done");
  std::optional<process::process_identity> told;
  const auto done = run_upgrade(starting([&](process::process_identity identity) -> task<result<void>> {
    told = identity;
    EXPECT_TRUE(process::is_alive(identity));
    std::ofstream(folder_ / "run" / "go") << "";
    co_return result<void>();
  }));
  ASSERT_TRUE(done);
  EXPECT_TRUE(done->ok());
  ASSERT_TRUE(told);
  EXPECT_FALSE(process::is_alive(*told));
}

TEST_F(HelmRunner, StopsHelmWhenItsStartCannotBeJournaled) {
  fake_helm("exec sleep 60");
  const auto done = run_upgrade(starting([](process::process_identity) -> task<result<void>> { co_return fail(errc::unavailable, "disk full"); }));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "disk full");
  EXPECT_EQ(leftovers(), 0U);
}

TEST_F(HelmRunner, RefusesAnotherBinaryThanThePinnedOne) {
  fake_helm("exit 0");
  asio::io_context io;
  runner_settings pinned = settings();
  pinned.expected_sha256 = std::string(64, '0');
  EXPECT_EQ(runner(io.get_executor(), pinned).prepare().error().code, errc::refused);
  pinned.expected_sha256 = sha256_hex_of_file(folder_ / "helm").value();
  EXPECT_TRUE(runner(io.get_executor(), pinned).prepare());
  pinned.program = folder_ / "no-helm";
  EXPECT_EQ(runner(io.get_executor(), pinned).prepare().error().code, errc::not_found);
}

TEST_F(HelmRunner, RemovesWhatAKilledAgentLeft) {
  fake_helm("exit 0");
  std::filesystem::create_directories(folder_ / "run" / "values-abcdef");
  std::ofstream(folder_ / "run" / "values-abcdef" / "0-values.yaml") << "password: hunter2";
  asio::io_context io;
  EXPECT_TRUE(runner(io.get_executor(), settings()).prepare());
  EXPECT_EQ(leftovers(), 0U);
}

TEST_F(HelmRunner, AHelmThatWasKilledSaysSo) {
  fake_helm("kill -KILL $$");
  const auto done = run_upgrade();
  ASSERT_TRUE(done);
  EXPECT_EQ(done->failed->message, "helm upgrade was killed by SIGKILL.");
}

// Runs one verb in a group, cancels it when helm has started, and gives what came out.
struct canceled_run {
  std::optional<result<outcome>> done;
  bool unwound = true;
};

canceled_run cancel_while_running(const runner_settings& with, std::function<task<result<outcome>>(runner&, observer)> verb) {
  asio::io_context io;
  runner helm(io.get_executor(), with);
  EXPECT_TRUE(helm.prepare());
  canceled_run seen;
  task_group group(io.get_executor());
  const observer heard = hearing([&](std::string_view line) {
    if (line == "ready") group.cancel();
  });
  group.spawn("verb", [&]() -> task<void> {
    auto running = verb(helm, heard);
    seen.done = co_await std::move(running);
    co_await sleep_for(1ms);
    seen.unwound = false;
  });
  io.run();
  return seen;
}

constexpr const char* k_graceful = "trap 'echo Release shop has been cancelled.; exit 1' TERM; echo ready >&2; i=0; while [ $i -lt 30 ]; do sleep 0.01; i=$((i+1)); done";

TEST_F(HelmRunner, ACanceledUpgradeIsTerminatedAndItsOutcomeSeen) {
  fake_helm(k_graceful);
  const auto seen = cancel_while_running(settings(), [&](runner& helm, observer heard) { return helm.upgrade_install("", upgrade(), values(), heard); });
  ASSERT_TRUE(seen.done && *seen.done);
  EXPECT_EQ((**seen.done).failed->kind, failure_class::cancelled);
  EXPECT_TRUE(seen.unwound);
  EXPECT_EQ(leftovers(), 0U);
}

TEST_F(HelmRunner, ACanceledTestOrRollbackIsWaitedFor) {
  fake_helm(k_graceful);
  const auto tested = cancel_while_running(settings(), [&](runner& helm, observer heard) {
    return helm.test("", {.release = {"store", "shop"}, .timeout = 1min}, heard);
  });
  ASSERT_TRUE(tested.done && *tested.done);
  EXPECT_TRUE((**tested.done).ok());
  EXPECT_TRUE(tested.unwound);
  const auto rolled_back = cancel_while_running(settings(), [&](runner& helm, observer heard) {
    return helm.rollback("", {.release = {"store", "shop"}, .revision = 1, .timeout = 1min}, heard);
  });
  ASSERT_TRUE(rolled_back.done && *rolled_back.done);
  EXPECT_TRUE((**rolled_back.done).ok());
}

TEST_F(HelmRunner, RunsNoMoreThanTheCapAtATime) {
  fake_helm("[ -e busy ] && echo two at once; touch busy; sleep 0.02; rm busy");
  runner_settings one = settings();
  one.processes_at_once = 1;
  asio::io_context io;
  runner helm(io.get_executor(), one);
  ASSERT_TRUE(helm.prepare());
  std::vector<std::string> outputs;
  std::vector<size_t> ahead;
  for (int i = 0; i < 3; ++i) {
    spawn(io.get_executor(), "run", [&]() -> task<void> {
      observer heard;
      heard.on_queued = [&](size_t before) { ahead.push_back(before); };
      auto running = helm.test("", {.release = {"store", "shop"}, .timeout = 1min}, heard);
      const auto done = co_await std::move(running);
      outputs.push_back(done->output);
    });
  }
  io.run();
  EXPECT_THAT(outputs, ElementsAre("", "", ""));
  EXPECT_THAT(ahead, ElementsAre(1U, 2U, 1U));
}

TEST_F(HelmRunner, RefusesARequestBeforeAnythingIsWritten) {
  fake_helm("exit 0");
  asio::io_context io;
  runner helm(io.get_executor(), settings());
  ASSERT_TRUE(helm.prepare());
  upgrade_request bad = upgrade();
  bad.release.name = "--help";
  result<outcome> done = fail(errc::internal, "did not run");
  spawn(io.get_executor(), "test", [&]() -> task<void> {
    auto running = helm.upgrade_install("", bad, values(), {});
    done = co_await std::move(running);
  });
  io.run();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().field, "release");
  EXPECT_EQ(leftovers(), 0U);
}

TEST_F(HelmRunner, ReadsRenderedReleasesAndLintFindings) {
  fake_helm(R"sh(
case "$1" in
upgrade) echo '{"name":"shop","version":2,"manifest":"kind: A","info":{"status":"pending-upgrade"}}';;
lint) printf '==> Linting c\n[ERROR] values.yaml: bad\n\n'; echo 'Error: 1 chart(s) linted, 1 chart(s) failed' >&2; exit 1;;
version) echo v4.2.3;;
esac
)sh");
  asio::io_context io;
  runner helm(io.get_executor(), settings());
  ASSERT_TRUE(helm.prepare());
  spawn(io.get_executor(), "test", [&]() -> task<void> {
    auto rendering = helm.render("", upgrade(), values(), {});
    const auto rendered = co_await std::move(rendering);
    EXPECT_EQ(rendered->rendered->revision, 2);
    EXPECT_EQ(rendered->run.output, "");
    auto linting = helm.lint({.release_namespace = "store", .chart = "/c"}, values(), {});
    const auto linted = co_await std::move(linting);
    EXPECT_EQ(linted->run.failed->kind, failure_class::chart_or_values);
    EXPECT_EQ(linted->findings.at(0).message, "bad");
    const auto version = co_await helm.version();
    EXPECT_EQ(version.value(), "v4.2.3");
  });
  io.run();
}

TEST_F(HelmRunner, AsksHelmForItsVersionOnce) {
  fake_helm("echo asked >>\"$0.asked\"\necho v4.2.3\n");
  asio::io_context io;
  runner helm(io.get_executor(), settings());
  ASSERT_TRUE(helm.prepare());
  helm.ask_version();
  spawn(io.get_executor(), "test", [&]() -> task<void> {
    for (int i = 0; i < 2; ++i) {
      auto asking = helm.version();
      const auto version = co_await std::move(asking);
      EXPECT_EQ(version.value(), "v4.2.3");
    }
  });
  io.run();
  std::ifstream asked(folder_ / "helm.asked");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(asked), {}), "asked\n");
}

TEST_F(HelmRunner, SaysWhyHelmDoesNotTellItsVersion) {
  fake_helm("echo 'Error: broken' >&2\nexit 1\n");
  asio::io_context io;
  runner helm(io.get_executor(), settings());
  ASSERT_TRUE(helm.prepare());
  spawn(io.get_executor(), "test", [&]() -> task<void> {
    auto asking = helm.version();
    const auto version = co_await std::move(asking);
    EXPECT_THAT(version.error().message, HasSubstr("broken"));
  });
  io.run();
}

}  // namespace
}  // namespace leadsman::helm
