#include "helm/argv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/text.hpp"

namespace leadsman::helm {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const release_ref k_shop{"store", "shop"};

upgrade_request upgrade() {
  return {.release = k_shop, .chart = "/charts/shop", .values_files = {"/run/0-values.yaml"}, .timeout = 5min, .history_max = 20, .deployment_id = "d-7"};
}

rollback_request rollback_to(int revision) { return {.release = k_shop, .revision = revision, .timeout = 90s, .history_max = 20}; }

TEST(Argv, UpgradeSaysEverythingThatHelmWouldGuess) {
  EXPECT_EQ(join(upgrade_install(upgrade()).value(), " "),
            "upgrade shop /charts/shop --install --reset-values --namespace=store --values=/run/0-values.yaml --server-side=true "
            "--timeout=300s --history-max=20 --wait=watcher --labels=leadsman/deployment=d-7");
}

TEST(Argv, AnUpgradeWithLimitsIsHeldToThemAndSkipsWhatItMayNotInstall) {
  upgrade_request limited = upgrade();
  limited.post_render = R"({"namespace":"store"})";
  limited.skip_crds = true;
  const arguments real = upgrade_install(limited).value();
  EXPECT_THAT(real, Contains("--post-renderer=leadsman-gate"));
  EXPECT_THAT(real, Contains(R"(--post-renderer-args={"namespace":"store"})"));
  EXPECT_THAT(real, Contains("--skip-crds"));
  const arguments dry = render(limited).value();
  EXPECT_THAT(dry, Contains("--skip-crds"));
  EXPECT_THAT(dry, Not(Contains(StartsWith("--post-renderer")))) << "what it renders is looked at by its caller";
}

TEST(Argv, RollbackNamesItsRevisionAndForcesConflictsUnderServerSideApply) {
  EXPECT_EQ(join(rollback(rollback_to(3)).value(), " "),
            "rollback shop 3 --namespace=store --server-side=true --wait=watcher --timeout=90s --history-max=20 --force-conflicts");
  rollback_request client_side = rollback_to(3);
  client_side.apply = apply_method::client_side;
  client_side.wait = wait_strategy::legacy;
  EXPECT_EQ(join(rollback(client_side).value(), " "),
            "rollback shop 3 --namespace=store --server-side=false --wait=legacy --timeout=90s --history-max=20");
}

TEST(Argv, TheOtherVerbs) {
  EXPECT_EQ(join(test({.release = k_shop, .timeout = 1500ms}).value(), " "), "test shop --namespace=store --timeout=1500ms");
  EXPECT_EQ(join(uninstall({.release = k_shop, .timeout = 1min, .description = "first installation failed"}).value(), " "),
            "uninstall shop --ignore-not-found --namespace=store --wait=watcher --timeout=60s --description=first installation failed");
  EXPECT_EQ(join(lint({.release_namespace = "store", .chart = "/c", .values_files = {"/a", "/b"}, .kube_version = "1.34.4"}).value(), " "),
            "lint /c --namespace=store --values=/a --values=/b --kube-version=1.34.4");
  EXPECT_EQ(join(show_crds("/c").value(), " "), "show crds /c");
  EXPECT_EQ(join(render_alone({.release = k_shop, .chart = "/c", .values_files = {"/a"}}).value(), " "), "template shop /c --namespace=store --values=/a");
  EXPECT_EQ(join(version(), " "), "version --template={{.Version}}");
}

TEST(Argv, RenderIsTheSameUpgradeWithoutEffect) {
  arguments real = upgrade_install(upgrade()).value();
  arguments dry = render(upgrade()).value();
  EXPECT_THAT(dry, Contains("--dry-run=server"));
  EXPECT_THAT(dry, Contains("--output=json"));
  for (const std::string& word : dry) {
    if (word.starts_with("--dry-run") || word.starts_with("--output")) continue;
    EXPECT_THAT(real, Contains(word));
  }
}

// Every combination of the switches: what must always, and what must never be there.
TEST(Argv, NoCombinationForgetsOrSmugglesAnything) {
  for (int bits = 0; bits < 128; ++bits) {
    upgrade_request request = upgrade();
    request.apply = bits & 1 ? apply_method::client_side : apply_method::server_side;
    request.wait = bits & 2 ? wait_strategy::legacy : wait_strategy::watcher;
    request.force_conflicts = bits & 4;
    request.take_ownership = bits & 8;
    request.create_namespace = bits & 16;
    request.no_hooks = bits & 32;
    request.wait_for_jobs = bits & 64;
    for (const auto& make : {&upgrade_install, &render}) {
      const auto made = make(request);
      if (request.force_conflicts && request.apply == apply_method::client_side) {
        EXPECT_FALSE(made);
        continue;
      }
      ASSERT_TRUE(made);
      for (const char* flag : {"--namespace=", "--server-side=", "--timeout=", "--history-max="}) EXPECT_THAT(*made, Contains(StartsWith(flag)));
      EXPECT_THAT(*made, Contains("--reset-values"));
      for (const char* flag : {"--set", "--rollback-on-failure", "--atomic", "--force-replace", "--filter", "--reuse-values"}) {
        EXPECT_THAT(*made, Not(Contains(StartsWith(flag)))) << flag;
      }
      EXPECT_EQ(std::ranges::count(*made, "--force-conflicts"), request.force_conflicts);
      EXPECT_EQ(std::ranges::count(*made, "--take-ownership"), request.take_ownership);
    }
  }
}

TEST(Argv, QuotesPathsThatHelmWouldTakeApart) {
  upgrade_request request = upgrade();
  request.values_files = {"/run/a,b.yaml", "/run/say \"x\".yaml"};
  const arguments made = upgrade_install(request).value();
  EXPECT_THAT(made, Contains("--values=\"/run/a,b.yaml\""));
  EXPECT_THAT(made, Contains("--values=/run/say \"x\".yaml").Times(0));
  EXPECT_THAT(made, Contains("--values=\"/run/say \"\"x\"\".yaml\""));
}

struct refused_request {
  const char* name;
  std::function<result<arguments>()> make;
  const char* field;
};

TEST(Argv, RefusesWhatCouldMeanSomethingElse) {
  const auto changed = [](auto change) {
    return [change] {
      upgrade_request request = upgrade();
      change(request);
      return upgrade_install(request);
    };
  };
  const refused_request rows[] = {
      {"a flag as release name", changed([](auto& r) { r.release.name = "--help"; }), "release"},
      {"a name of 54 characters", changed([](auto& r) { r.release.name = std::string(54, 'a'); }), "release"},
      {"an upper-case name", changed([](auto& r) { r.release.name = "Shop"; }), "release"},
      {"an empty part of a name", changed([](auto& r) { r.release.name = "a..b"; }), "release"},
      {"no namespace", changed([](auto& r) { r.release.release_namespace = ""; }), "namespace"},
      {"a flag as chart", changed([](auto& r) { r.chart = "--post-renderer=x"; }), "chart"},
      {"no chart", changed([](auto& r) { r.chart = ""; }), "chart"},
      {"no timeout", changed([](auto& r) { r.timeout = 0s; }), "timeout"},
      {"negative history", changed([](auto& r) { r.history_max = -1; }), "history-max"},
      {"two labels in one", changed([](auto& r) { r.deployment_id = "a,owner=me"; }), "deployment-id"},
      {"rollback to the revision before", [] { return rollback(rollback_to(0)); }, "revision"},
  };
  for (const refused_request& row : rows) {
    const auto made = row.make();
    ASSERT_FALSE(made) << row.name;
    EXPECT_EQ(made.error().code, errc::invalid_input) << row.name;
    EXPECT_EQ(made.error().field, row.field) << row.name;
  }
  EXPECT_TRUE(check_release_name("a.b-1"));
}

}  // namespace
}  // namespace leadsman::helm
