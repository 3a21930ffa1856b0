#include <gmock/gmock.h>
#include <sys/stat.h>

#include "helm/classify.hpp"
#include "helm/manifest.hpp"
#include "helm/runner.hpp"
#include "real_helm.hpp"

namespace leadsman::helm {
namespace {

using testing::HasSubstr;
using testing::Not;

// A chart that a caller with limits might send, and the real helm, with a script in the place of the agent.
class GateAgainstHelm : public testing::Test {
 protected:
  void SetUp() override {
    helm_ = from_environment("LEADSMAN_TEST_HELM");
    if (helm_.empty()) GTEST_SKIP() << "LEADSMAN_TEST_HELM names no helm";
    folder_.write("chart/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
    folder_.write("chart/templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: main}\n");
    folder_.write("chart/templates/hook.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hooked, annotations: {helm.sh/hook: pre-install}}\n");
    folder_.write("chart/templates/test.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: tested, annotations: {helm.sh/hook: test}}\n");
    folder_.write("chart/crds/deep/any.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: not-a-definition, namespace: elsewhere}\n");
  }

  runner_settings settings() const { return {.program = helm_, .run_dir = folder_.path("run"), .gate = folder_.path("gate")}; }

  // Renders with the gate, which is this script; helm's plugin is the one that the runner has installed.
  program_result render_by(const std::string& script) {
    folder_.write("gate", "#!/bin/sh\n" + script);
    ::chmod(folder_.path("gate").c_str(), 0755);
    asio::io_context io;
    runner helm(io.get_executor(), settings());
    const auto prepared = helm.prepare();
    EXPECT_TRUE(prepared) << prepared.error().message;
    return run_program(helm_, {"template", "shop", folder_.path("chart"), "--post-renderer=" + std::string(k_post_renderer), "--post-renderer-args={\"a\":\"b,c\"}"},
                       clean_environment({{"PATH", "/usr/bin:/bin"}}, {"", folder_.path("run")}));
  }

  scratch folder_{"leadsman-gate"};
  std::string helm_;
};

TEST_F(GateAgainstHelm, IsGivenTheLimitsAndEverythingThatHelmRendersHooksIncluded) {
  const auto seen = render_by("printf '%s|' \"$@\" >" + folder_.path("words") + "\ntee " + folder_.path("manifest") + "\n");
  ASSERT_EQ(seen.code, 0) << seen.err;
  EXPECT_EQ(folder_.read("words"), "--post-render|{\"a\":\"b,c\"}|");
  for (const char* name : {"main", "hooked", "tested"}) {
    EXPECT_THAT(folder_.read("manifest"), HasSubstr(std::string("name: ") + name));
    EXPECT_THAT(seen.out, HasSubstr(std::string("name: ") + name));
  }
}

TEST_F(GateAgainstHelm, HoldsHelmBackAndThatIsKnownByItsWords) {
  const auto seen = render_by("cat >/dev/null; exit 2\n");
  EXPECT_NE(seen.code, 0);
  EXPECT_EQ(seen.out, "");
  EXPECT_EQ(classify(seen.err).kind, failure_class::held_back) << seen.err;
}

// What stands in crds/ is created without being rendered: it comes past no gate, and has to be read by itself.
TEST_F(GateAgainstHelm, ShowsAnyObjectThatACrdsFolderHolds) {
  asio::io_context io;
  runner helm(io.get_executor(), settings());
  ASSERT_TRUE(helm.prepare());
  result<outcome> shown = fail(errc::internal, "did not run");
  spawn(io.get_executor(), "test", [&]() -> task<void> {
    auto showing = helm.show_crds(folder_.path("chart"));
    shown = co_await std::move(showing);
  });
  io.run();
  ASSERT_TRUE(shown) << shown.error().message;
  const auto objects = split_created(shown->output, "store");
  ASSERT_TRUE(objects) << objects.error().message;
  ASSERT_EQ(objects->size(), 1u);
  EXPECT_EQ(objects->front().object_namespace, "elsewhere");
}

}  // namespace
}  // namespace leadsman::helm
