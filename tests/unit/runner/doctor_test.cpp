#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/doctor/cluster.hpp"
#include "runner/doctor/helm.hpp"

namespace leadsman::runner {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using wire::verdict;

TEST(HelmQuestion, FindsAHelmThatIsGoneAnotherOneOrTooOld) {
  const result<std::string> path("/usr/bin/helm"), version("v4.2.3"), none(fail(errc::not_found, "there is no /usr/bin/helm"));
  struct {
    const char* name;
    helm_sight seen;
    verdict expected;
    const char* found;
    const char* mend;
  } const rows[] = {
      {"pinned", {path, version, "v4.2.3", true}, verdict::ok, "v4.2.3, /usr/bin/helm, pinned", ""},
      {"not pinned", {path, version, "", false}, verdict::ok, "v4.2.3, /usr/bin/helm", ""},
      {"gone", {none, version, "v4.2.3", false}, verdict::failed, "there is no /usr/bin/helm", "install helm 4 there"},
      {"another digest", {fail(errc::refused, "has SHA-256 aa, expected is bb"), version, "", true}, verdict::failed, "expected is bb", "put the pinned helm back"},
      {"does not run", {path, fail(errc::unavailable, "exec format error"), "", false}, verdict::failed, "/usr/bin/helm: exec format error", "for this machine"},
      {"helm 3", {path, std::string("v3.18.0"), "", false}, verdict::failed, "needs helm 4", "install helm 4"},
      {"changed since", {path, version, "v4.1.0", false}, verdict::warning, "it was v4.1.0", "restart the agent"},
  };
  for (const auto& row : rows) {
    const wire::check got = judge_helm(row.seen);
    EXPECT_EQ(got.verdict, row.expected) << row.name;
    EXPECT_THAT(got.found, HasSubstr(row.found)) << row.name;
    EXPECT_THAT(got.mend, HasSubstr(row.mend)) << row.name;
  }
}

cluster_sight answered(result<kube::server_sight> answer) { return {"staging", "https://api:6443", wall_time(1000s), wall_time(1001s), std::move(answer)}; }

TEST(ClusterQuestion, SaysWhereTheServerIsAndWhatKeepsUsFromIt) {
  struct {
    const char* name;
    cluster_sight seen;
    verdict expected;
    const char* found;
    const char* mend;
  } const rows[] = {
      {"well", answered(kube::server_sight{"v1.36.0"}), verdict::ok, "staging at https://api:6443: Kubernetes v1.36.0", ""},
      {"refused", answered(fail(errc::unavailable, "connection refused")), verdict::failed, "connection refused", "has to be reachable"},
      {"credential", answered(fail(errc::unauthenticated, "Unauthorized")), verdict::failed, "Unauthorized", "renewed login"},
      {"not Kubernetes", answered(fail(errc::not_found, "404")), verdict::failed, "404", "serves no Kubernetes API"},
  };
  for (const auto& row : rows) {
    const wire::checks got = judge_cluster(row.seen);
    ASSERT_EQ(got.size(), 1u) << row.name;
    EXPECT_EQ(got[0].verdict, row.expected) << row.name;
    EXPECT_THAT(got[0].found, HasSubstr(row.found)) << row.name;
    EXPECT_THAT(got[0].mend, HasSubstr(row.mend)) << row.name;
  }
}

TEST(ClusterQuestion, SpeaksOfTheClocksOnlyWhenTheyAreApart) {
  EXPECT_EQ(judge_cluster(answered(kube::server_sight{"v1", wall_time(1000s)})).size(), 1u);
  const wire::checks apart = judge_cluster(answered(kube::server_sight{"v1", wall_time(900s)}));
  ASSERT_EQ(apart.size(), 2u);
  EXPECT_EQ(apart[1].verdict, verdict::warning);
  EXPECT_THAT(apart[1].found, HasSubstr("behind the agent's"));
}

}  // namespace
}  // namespace leadsman::runner
