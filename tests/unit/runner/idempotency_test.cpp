#include "runner/idempotency.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace leadsman::runner {
namespace {

using model::deployment_request;

deployment_request in_a_run() {
  deployment_request r;
  r.release = {"prod", "shop", "web"};
  r.environment = "staging";
  r.version = "v1";
  r.chart = {std::string(64, 'a'), "web", "1.2.3", "charts/web"};
  r.values = {{"values.yaml", "a: 1"}};
  r.set = {"image.tag=v1"};
  r.set_string = {"build=7"};
  r.origin = {"acme/shop", "deploy", "4711", 1, "deploy", "step-1", R"({"zone":"a"})", "mona", "https://example.test/4711"};
  return r;
}

deployment_request by_hand() {
  deployment_request r = in_a_run();
  r.origin = {};
  return r;
}

struct change_case {
  const char* name;
  std::function<void(deployment_request&)> change;
};

void PrintTo(const change_case& c, std::ostream* out) { *out << c.name; }
std::string name_of(const testing::TestParamInfo<change_case>& tested) { return tested.param.name; }

class PartOfTheKey : public testing::TestWithParam<change_case> {};

TEST_P(PartOfTheKey, MakesAnotherWish) {
  deployment_request other = in_a_run();
  GetParam().change(other);
  EXPECT_NE(idempotency_key(in_a_run(), "key:ci", ""), idempotency_key(other, "key:ci", ""));
}

INSTANTIATE_TEST_SUITE_P(Idempotency, PartOfTheKey,
                         testing::Values(change_case{"Repository", [](auto& r) { r.origin.repository = "acme/other"; }},
                                         change_case{"Run", [](auto& r) { r.origin.run_id = "4712"; }},
                                         change_case{"Job", [](auto& r) { r.origin.job = "other"; }},
                                         change_case{"Action", [](auto& r) { r.origin.action = "step-2"; }},
                                         change_case{"Matrix", [](auto& r) { r.origin.matrix = R"({"zone":"b"})"; }},
                                         change_case{"Kind", [](auto& r) { r.kind = model::request_kind::rollback; }},
                                         change_case{"Cluster", [](auto& r) { r.release.cluster = "dev"; }},
                                         change_case{"Namespace", [](auto& r) { r.release.name_space = "other"; }},
                                         change_case{"Release", [](auto& r) { r.release.name = "api"; }},
                                         change_case{"Environment", [](auto& r) { r.environment = "production"; }},
                                         change_case{"APartMovedIntoItsNeighbour", [](auto& r) { r.origin.job = "deploystep-"; r.origin.action = "1"; }}),
                         name_of);

class NoPartOfTheKey : public testing::TestWithParam<change_case> {};

TEST_P(NoPartOfTheKey, StaysTheSameWish) {
  deployment_request other = in_a_run();
  GetParam().change(other);
  EXPECT_EQ(idempotency_key(in_a_run(), "key:ci", ""), idempotency_key(other, "key:ci", ""));
}

INSTANTIATE_TEST_SUITE_P(Idempotency, NoPartOfTheKey,
                         testing::Values(change_case{"Attempt", [](auto& r) { r.origin.run_attempt = 2; }},
                                         change_case{"Actor", [](auto& r) { r.origin.actor = "hubot"; }},
                                         change_case{"Url", [](auto& r) { r.origin.url = "https://example.test/attempts/2"; }},
                                         change_case{"Values", [](auto& r) { r.values[0].content = "a: 2"; }},
                                         change_case{"Chart", [](auto& r) { r.chart.digest = std::string(64, 'b'); }},
                                         change_case{"Policy", [](auto& r) { r.policy.tests = model::tests::skip; }}),
                         name_of);

TEST(IdempotencyKey, IsOfOnePrincipal) {
  EXPECT_NE(idempotency_key(in_a_run(), "key:ci", ""), idempotency_key(in_a_run(), "key:other", ""));
  EXPECT_NE(idempotency_key(by_hand(), "key:ci", "k"), idempotency_key(by_hand(), "key:other", "k"));
}

TEST(IdempotencyKey, OfARunIgnoresTheCallersOwnKey) {
  EXPECT_EQ(idempotency_key(in_a_run(), "key:ci", "one"), idempotency_key(in_a_run(), "key:ci", "two"));
}

TEST(IdempotencyKey, OutsideARunIsTheCallersOwn) {
  EXPECT_EQ(idempotency_key(by_hand(), "local", "one"), idempotency_key(by_hand(), "local", "one"));
  EXPECT_NE(idempotency_key(by_hand(), "local", "one"), idempotency_key(by_hand(), "local", "two"));
}

TEST(IdempotencyKey, OutsideARunIsStillOfReleaseEnvironmentAndKind) {
  std::set<std::string> keys{idempotency_key(by_hand(), "local", "one")};
  deployment_request other = by_hand();
  other.release.name = "api";
  keys.insert(idempotency_key(other, "local", "one"));
  other.environment = "production";
  keys.insert(idempotency_key(other, "local", "one"));
  other.kind = model::request_kind::rollback;
  keys.insert(idempotency_key(other, "local", "one"));
  EXPECT_EQ(keys.size(), 4u);
}

TEST(IdempotencyKey, OfARunIsNeverOneFromOutside) {
  EXPECT_NE(idempotency_key(in_a_run(), "key:ci", "4711"), idempotency_key(by_hand(), "key:ci", "4711"));
}

class PartOfTheWish : public testing::TestWithParam<change_case> {};

TEST_P(PartOfTheWish, ChangesTheDigest) {
  deployment_request other = in_a_run();
  GetParam().change(other);
  EXPECT_NE(request_digest(in_a_run()), request_digest(other));
}

INSTANTIATE_TEST_SUITE_P(Idempotency, PartOfTheWish,
                         testing::Values(change_case{"Release", [](auto& r) { r.release.name = "api"; }},
                                         change_case{"Environment", [](auto& r) { r.environment = "production"; }},
                                         change_case{"Version", [](auto& r) { r.version = "v2"; }},
                                         change_case{"Chart", [](auto& r) { r.chart.digest = std::string(64, 'b'); }},
                                         change_case{"ContentOfValues", [](auto& r) { r.values[0].content = "a: 2"; }},
                                         change_case{"OneMoreFile", [](auto& r) { r.values.push_back({"more.yaml", "b: 1"}); }},
                                         change_case{"OrderOfFiles", [](auto& r) { r.values.insert(r.values.begin(), {"more.yaml", "b: 1"}); }},
                                         change_case{"Set", [](auto& r) { r.set[0] = "image.tag=v2"; }},
                                         change_case{"SetString", [](auto& r) { r.set_string.clear(); }},
                                         change_case{"Tests", [](auto& r) { r.policy.tests = model::tests::skip; }},
                                         change_case{"Timeout", [](auto& r) { r.policy.timeout += std::chrono::seconds(1); }}),
                         name_of);

TEST(RequestDigest, IgnoresWhoAsksAndInWhichAttempt) {
  deployment_request other = in_a_run();
  other.origin.run_attempt = 2;
  other.origin.actor = "hubot";
  EXPECT_EQ(request_digest(in_a_run()), request_digest(other));
  EXPECT_EQ(request_digest(in_a_run()), request_digest(by_hand()));
}

TEST(RequestDigest, OfARollbackIsItsRevisionReasonAndPolicy) {
  deployment_request back;
  back.kind = model::request_kind::rollback;
  back.release = {"prod", "shop", "web"};
  std::set<std::string> digests{request_digest(back)};
  back.revision = 3;
  digests.insert(request_digest(back));
  back.reason = "slow";
  digests.insert(request_digest(back));
  back.policy.tests = model::tests::skip;
  digests.insert(request_digest(back));
  EXPECT_EQ(digests.size(), 4u);
  const std::string before = request_digest(back);
  back.origin.run_id = "4711";
  EXPECT_EQ(request_digest(back), before);
}

}  // namespace
}  // namespace leadsman::runner
