#include "runner/lease_keeper.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/contact.hpp"
#include "store/sqlite/open.hpp"
#include "support/temporary_folder.hpp"
#include "unit/runner/fake_cluster.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;
using testing::HasSubstr;

wire::holder described(const std::string& deployment, const std::string& repository) {
  wire::holder h;
  h.deployment = deployment;
  h.repository = repository;
  h.agent = "agent-0";
  h.run_id = "4711";
  h.url = "https://example.test/4711";
  h.since = "2026-11-21T12:00:00.000Z";
  return h;
}

kube::lease lease_of(const std::string& annotation) {
  kube::lease l;
  l.holder = "someone";
  l.acquired = wall_time(std::chrono::milliseconds(1'795'262'400'000));
  if (!annotation.empty()) l.annotations["leadsman/holder"] = annotation;
  return l;
}

TEST(HolderOfALease, IsWhatItsAnnotationTells) {
  const wire::holder told = described("d-1", "acme/shop");
  EXPECT_EQ(json(holder_of(lease_of(json(told).dump()))), json(told));
}

TEST(HolderOfALease, IsItsIdentityWhenTheAnnotationTellsNothing) {
  for (const char* annotation : {"", "nonsense", "[1]", "null", R"({"deployment":7})"}) {
    const wire::holder found = holder_of(lease_of(annotation));
    EXPECT_EQ(found.agent, "someone") << annotation;
    EXPECT_EQ(found.since, "2026-11-21T12:00:00.000Z") << annotation;
    EXPECT_EQ(found.deployment, "") << annotation;
  }
}

TEST(HolderOfALease, OfAnOlderOrNewerAgentIsReadAsFarAsItGoes) {
  const wire::holder found = holder_of(lease_of(R"({"deployment":"d-1","colour":"blue"})"));
  EXPECT_EQ(found.deployment, "d-1");
  EXPECT_EQ(found.repository, "");
}

TEST(LeaseName, IsBesideTheRelease) { EXPECT_EQ(lease_name({"prod", "shop", "web"}), "leadsman-web"); }

// One who wants the release.
struct keeper {
  keeper(kube::client& api, asio::io_context& on, const std::string& id, lease_pace pace = {})
      : io(on),
        changed(on.get_executor()),
        audience(on.get_executor()),
        log(*store, audience, model::deployment{}),
        line(log),
        lease(api, {"prod", "shop", "web"}, described(id, "acme/" + id), changed, line, pace) {}
  ~keeper() { give_back(); }

  result<std::optional<wire::holder>> try_acquire() { return run_on(io, lease.try_acquire()); }
  // True when `holds` became so within a few seconds.
  bool wait_until(std::function<bool()> holds) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    test::run_until_done(io, [&]() -> task<void> {
      while (!holds() && std::chrono::steady_clock::now() < until) co_await sleep_for(std::chrono::milliseconds(1));
    });
    return holds();
  }
  void give_back() {
    test::run_until_done(io, [this] { return lease.give_back(); });
  }

  asio::io_context& io;
  notifier changed;
  test::temporary_folder folder;
  std::unique_ptr<store::store> store = store::open_sqlite(folder.path()).value();
  followers audience;
  journal log;
  contact line;
  lease_keeper lease;
};

class LeaseKeeper : public testing::Test {
 protected:
  asio::io_context io_;
  fake_cluster cluster_{io_};
  std::unique_ptr<kube::client> api_ = cluster_.connect();
  const std::string k_path = "/apis/coordination.k8s.io/v1/namespaces/shop/leases/leadsman-web";
};

TEST_F(LeaseKeeper, TakesALeaseThatNobodyHasAndSaysWhoItIs) {
  keeper one(*api_, io_, "one");
  const auto taken = one.try_acquire();
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_FALSE(*taken);
  EXPECT_TRUE(one.lease.held());
  const json& lease = cluster_.object(k_path);
  EXPECT_EQ(lease["spec"]["holderIdentity"], "leadsman/one");
  EXPECT_EQ(lease["spec"]["leaseDurationSeconds"], k_lease_duration.count());
  EXPECT_EQ(json::parse(lease["metadata"]["annotations"]["leadsman/holder"].get<std::string>())["repository"], "acme/one");
}

TEST_F(LeaseKeeper, IsToldWhoHasIt) {
  keeper one(*api_, io_, "one"), two(*api_, io_, "two");
  ASSERT_TRUE(one.try_acquire());
  const auto refused = two.try_acquire();
  ASSERT_TRUE(refused && *refused);
  EXPECT_EQ((*refused)->repository, "acme/one");
  EXPECT_FALSE(two.lease.held());
}

TEST_F(LeaseKeeper, TakesItOnceItWasGivenBack) {
  keeper one(*api_, io_, "one"), two(*api_, io_, "two");
  ASSERT_TRUE(one.try_acquire());
  one.give_back();
  EXPECT_FALSE(one.lease.held());
  const auto taken = two.try_acquire();
  ASSERT_TRUE(taken);
  EXPECT_FALSE(*taken);
}

TEST_F(LeaseKeeper, OfADeploymentThatComesBackIsStillItsOwn) {
  keeper before(*api_, io_, "one"), after(*api_, io_, "one");
  ASSERT_TRUE(before.try_acquire());
  const auto taken = after.try_acquire();
  ASSERT_TRUE(taken);
  EXPECT_FALSE(*taken);
}

TEST_F(LeaseKeeper, HearsThatSomebodyWantsItToMakeWay) {
  keeper one(*api_, io_, "one"), two(*api_, io_, "two");
  ASSERT_TRUE(one.try_acquire());
  ASSERT_TRUE(two.try_acquire());
  ASSERT_TRUE(run_on(io_, two.lease.ask_to_supersede()));
  EXPECT_EQ(one.lease.superseded_by(), "");
  const uint64_t seen = one.changed.version();
  ASSERT_TRUE(one.try_acquire());  // what a renewal sees too
  EXPECT_EQ(one.lease.superseded_by(), "two");
  EXPECT_NE(one.changed.version(), seen) << "whoever waits is woken";
}

TEST_F(LeaseKeeper, ARequestToMakeWayIsNotForWhoeverComesNext) {
  keeper one(*api_, io_, "one"), two(*api_, io_, "two"), three(*api_, io_, "three");
  ASSERT_TRUE(one.try_acquire());
  ASSERT_TRUE(run_on(io_, two.lease.ask_to_supersede()));
  one.give_back();
  ASSERT_TRUE(three.try_acquire());
  EXPECT_TRUE(three.lease.held());
  EXPECT_EQ(three.lease.superseded_by(), "");
}

TEST_F(LeaseKeeper, TellsWhenTheServerRefuses) {
  keeper one(*api_, io_, "one");
  cluster_.first = [](const std::string& method, const std::string&) { return method == "POST" ? std::optional(fake_cluster::failure(403, "leases is forbidden")) : std::nullopt; };
  const auto refused = one.try_acquire();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::forbidden);
  EXPECT_FALSE(one.lease.held());
}

TEST_F(LeaseKeeper, LeavesALeaseAloneThatItNeverHad) {
  keeper one(*api_, io_, "one"), two(*api_, io_, "two");
  ASSERT_TRUE(one.try_acquire());
  ASSERT_TRUE(two.try_acquire());
  two.give_back();
  EXPECT_EQ(cluster_.object(k_path)["spec"]["holderIdentity"], "leadsman/one");
}

// As an agent does it every few seconds, only faster.
class LeaseThatIsRenewed : public LeaseKeeper {
 protected:
  static lease_pace quick() {
    lease_pace pace;
    pace.renewal = pace.retry = std::chrono::milliseconds(5);
    pace.patience = std::chrono::seconds(1);
    return pace;
  }
  std::string renewed_at() { return kube::text_at(cluster_.object(k_path), "/spec/renewTime"); }
};

TEST_F(LeaseThatIsRenewed, StaysOurs) {
  keeper one(*api_, io_, "one", quick());
  ASSERT_TRUE(one.try_acquire());
  const std::string taken = renewed_at();
  EXPECT_TRUE(one.wait_until([&] { return renewed_at() != taken; }));
  EXPECT_TRUE(one.lease.held());
}

TEST_F(LeaseThatIsRenewed, HearsThatSomebodyWantsIt) {
  keeper one(*api_, io_, "one", quick()), two(*api_, io_, "two");
  ASSERT_TRUE(one.try_acquire());
  ASSERT_TRUE(run_on(io_, two.lease.ask_to_supersede()));
  EXPECT_TRUE(one.wait_until([&] { return one.lease.superseded_by() == "two"; }));
  EXPECT_TRUE(one.lease.held()) << "until it makes way";
}

TEST_F(LeaseThatIsRenewed, IsLostWhenSomebodyElseHasTakenIt) {
  keeper one(*api_, io_, "one", quick());
  ASSERT_TRUE(one.try_acquire());
  json stolen = cluster_.object(k_path);
  stolen["spec"]["holderIdentity"] = "leadsman/thief";
  cluster_.put(stolen);
  const uint64_t seen = one.changed.version();
  EXPECT_TRUE(one.wait_until([&] { return one.lease.lost(); }));
  EXPECT_FALSE(one.lease.held());
  EXPECT_NE(one.changed.version(), seen) << "whoever waits is woken";
  one.give_back();
  EXPECT_EQ(cluster_.object(k_path)["spec"]["holderIdentity"], "leadsman/thief");
}

TEST_F(LeaseThatIsRenewed, OutlastsAnApiServerThatIsAwayForAMoment) {
  int refused = 0;
  keeper one(*api_, io_, "one", quick());
  ASSERT_TRUE(one.try_acquire());
  cluster_.first = [&](const std::string& method, const std::string&) { return method == "PATCH" && refused++ < 3 ? std::optional(fake_cluster::failure(503, "starting")) : std::nullopt; };
  const std::string taken = renewed_at();
  EXPECT_TRUE(one.wait_until([&] { return renewed_at() != taken; }));
  EXPECT_GE(refused, 4);
  EXPECT_TRUE(one.lease.held());
}

TEST_F(LeaseThatIsRenewed, IsLostWhenTheApiServerIsAwayForTooLong) {
  keeper one(*api_, io_, "one", quick());
  const auto began = std::chrono::steady_clock::now();
  ASSERT_TRUE(one.try_acquire());
  cluster_.first = [](const std::string&, const std::string&) { return std::optional(fake_cluster::failure(503, "starting")); };
  EXPECT_TRUE(one.wait_until([&] { return one.lease.lost(); }));
  EXPECT_GE(std::chrono::steady_clock::now() - began, quick().patience);
}

TEST_F(LeaseThatIsRenewed, IsLostInTimeWhenTheApiServerTakesRequestsAndDoesNotAnswer) {
  keeper one(*api_, io_, "one", quick());
  ASSERT_TRUE(one.try_acquire());
  cluster_.first = [](const std::string&, const std::string&) { return std::optional<std::string>(""); };
  EXPECT_TRUE(one.wait_until([&] { return one.lease.lost(); }));
  cluster_.first = [](const std::string&, const std::string&) { return std::nullopt; };
}

TEST_F(LeaseThatIsRenewed, CanBeTakenAgainAfterItWasLost) {
  keeper one(*api_, io_, "one", quick());
  ASSERT_TRUE(one.try_acquire());
  cluster_.first = [](const std::string&, const std::string&) { return std::optional(fake_cluster::failure(503, "starting")); };
  ASSERT_TRUE(one.wait_until([&] { return one.lease.lost(); }));
  cluster_.first = [](const std::string&, const std::string&) { return std::nullopt; };
  const auto taken = one.try_acquire();
  ASSERT_TRUE(taken);
  EXPECT_TRUE(one.lease.held());
  EXPECT_FALSE(one.lease.lost());
}

}  // namespace
}  // namespace leadsman::runner
