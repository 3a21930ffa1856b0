#include "kube/lease.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "from_yaml.hpp"

namespace leadsman::kube {
namespace {

using namespace std::chrono_literals;
using test::at_time;

const wall_time k_start = at_time("2026-11-21T10:00:00Z");
const seen_time k_seen{100h};  // of another clock altogether
const lease_claim k_claim{"agent-a", 30s, {{"leadsman/holder", "{\"run\":4711}"}}, {"leadsman/superseded-by"}};

lease held_by(const std::string& holder) {
  return {"shop", "leadsman-web", holder, 30s, k_start, k_start, 3, {{"other", "kept"}}, "77"};
}

TEST(Lease, GoesThereAndBack) {
  const lease l = held_by("agent-a");
  json object = to_json(l);
  EXPECT_EQ(text_at(object, "/spec/renewTime"), "2026-11-21T10:00:00.000000Z");  // six digits, or the API server refuses it
  object["metadata"]["resourceVersion"] = "77";
  EXPECT_EQ(parse_lease(object).value(), l);
}

TEST(Lease, ReadsWhatOthersWrite) {
  const json object = test::from_yaml("{kind: Lease, metadata: {name: l, namespace: n}, spec: {holderIdentity: null, renewTime: '2026-11-21T10:00:00.123456Z'}}");
  const auto l = parse_lease(object);
  ASSERT_TRUE(l);
  EXPECT_EQ(l->holder, "");
  EXPECT_EQ(l->transitions, 0);
  EXPECT_EQ(l->renewed, k_start + 123ms);
  EXPECT_FALSE(parse_lease(test::from_yaml("{kind: Pod}")));
  EXPECT_FALSE(parse_lease(test::from_yaml("{kind: Lease, spec: {renewTime: never}}")));
}

TEST(Lease, Assessment) {
  struct {
    const char* name;
    lease seen;
    seen_time at;
    lease_standing expected;
  } const rows[] = {
      {"released", held_by(""), k_seen, lease_standing::free},
      {"our own", held_by("agent-a"), k_seen, lease_standing::mine},
      {"our own, long not renewed", held_by("agent-a"), k_seen + 1h, lease_standing::mine},
      {"of another, fresh", held_by("agent-b"), k_seen + 29s, lease_standing::held},
      {"of another, run out", held_by("agent-b"), k_seen + 30s, lease_standing::expired},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(assess_lease(row.seen, "agent-a", k_seen, row.at).standing, row.expected);
  }
}

TEST(LeaseObserver, AHolderWithAWrongClockKeepsItsLeaseWhileItRenews) {
  lease seen = held_by("agent-b");
  lease_observer observer;
  for (int i = 0; i < 10; ++i) {
    seen.renewed = at_time("1999-01-01T00:00:00Z") + i * 10s;  // the holder's clock is decades behind
    observer.observe(seen, k_seen + i * 10s);
    EXPECT_EQ(observer.assess("agent-a", k_seen + i * 10s + 9s).standing, lease_standing::held);
  }
  EXPECT_EQ(observer.assess("agent-a", k_seen + 90s + 30s).standing, lease_standing::expired);
}

TEST(LeaseObserver, AnOldRecordSeenForTheFirstTimeIsGivenItsWholeDuration) {
  lease_observer observer;
  observer.observe(held_by("agent-b"), k_seen + 24h);
  const lease_verdict verdict = observer.assess("agent-a", k_seen + 24h + 1s);
  EXPECT_EQ(verdict.standing, lease_standing::held);
  EXPECT_EQ(verdict.holder, "agent-b");
  EXPECT_EQ(verdict.expires, k_seen + 24h + 30s);
  EXPECT_EQ(verdict.since, k_start);
}

TEST(LeaseObserver, ARequestToADeadHolderDoesNotProlongItsLease) {
  lease seen = held_by("agent-b");
  lease_observer observer;
  observer.observe(seen, k_seen);
  seen.annotations["leadsman/superseded-by"] = "run 4712";
  seen.resource_version = "78";
  observer.observe(seen, k_seen + 29s);
  EXPECT_EQ(observer.assess("agent-a", k_seen + 30s).standing, lease_standing::expired);
}

TEST(LeaseObserver, NothingThereIsFree) {
  lease_observer observer;
  EXPECT_EQ(observer.assess("agent-a", k_seen).standing, lease_standing::free);
  observer.observe(held_by("agent-b"), k_seen);
  observer.observe(std::nullopt, k_seen);
  EXPECT_EQ(observer.assess("agent-a", k_seen).standing, lease_standing::free);
}

TEST(Lease, EveryChangeOfHandsGivesANewToken) {
  const lease first = claimed(std::nullopt, "shop", "web", k_claim, k_start);
  EXPECT_EQ(first.transitions, 1);
  EXPECT_EQ(first.acquired, k_start);
  const lease again = claimed(first, "shop", "web", k_claim, k_start + 5s);
  EXPECT_EQ(again.transitions, 1);
  EXPECT_EQ(again.acquired, k_start);
  EXPECT_EQ(again.renewed, k_start + 5s);
  const lease back = claimed(released(first, k_claim, k_start), "shop", "web", k_claim, k_start + 9s);
  EXPECT_EQ(back.transitions, 2);
  EXPECT_EQ(claimed(held_by("agent-b"), "shop", "web", k_claim, k_start).transitions, 4);
}

TEST(Lease, AnnotationsOfOthersStayAndRequestsGoWithTheirHolder) {
  lease taken = held_by("agent-b");
  taken.annotations["leadsman/superseded-by"] = "run 4712";
  const lease mine = claimed(taken, "shop", "web", k_claim, k_start);
  EXPECT_THAT(mine.annotations, testing::ElementsAre(testing::Pair("leadsman/holder", "{\"run\":4711}"), testing::Pair("other", "kept")));
  const lease free = released(mine, k_claim, k_start);
  EXPECT_EQ(free.holder, "");
  EXPECT_THAT(free.annotations, testing::ElementsAre(testing::Pair("other", "kept")));
}

TEST(Lease, ARenewalKeepsARequestThatHasArrived) {
  lease mine = held_by("agent-a");
  mine.annotations["leadsman/superseded-by"] = "run 4712";
  EXPECT_EQ(renewed(mine, k_claim, k_start + 10s).annotations.at("leadsman/superseded-by"), "run 4712");
}

TEST(Lease, APatchNamesOnlyWhatChangesAndItsPrecondition) {
  const lease before = held_by("agent-a");
  const json patch = lease_patch(before, released(before, k_claim, k_start + 1s));
  EXPECT_EQ(text_at(patch, "/metadata/resourceVersion"), "77");
  EXPECT_TRUE(patch["metadata"]["annotations"].empty());
  EXPECT_TRUE(patch["spec"]["holderIdentity"].is_null());
  const json taking = lease_patch(held_by("agent-b"), claimed(held_by("agent-b"), "", "", k_claim, k_start));
  EXPECT_EQ(taking["metadata"]["annotations"], (json{{"leadsman/holder", "{\"run\":4711}"}}));
  EXPECT_EQ(taking["spec"]["leaseTransitions"], 4);
}

}  // namespace
}  // namespace leadsman::kube
