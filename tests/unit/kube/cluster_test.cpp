// Against a real API server and kubelet: LEADSMAN_TEST_KUBECONFIG=… (scripts/dev-cluster). Skipped without one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cstdlib>

#include "async/task_group.hpp"
#include "from_yaml.hpp"
#include "kube/client.hpp"
#include "kube/endpoints.hpp"
#include "kube/evidence_collector.hpp"
#include "kube/lease_lock.hpp"
#include "kube/snapshot.hpp"
#include "kube/watch.hpp"
#include "support/scripted_server.hpp"

namespace leadsman::kube {
namespace {

using namespace std::chrono_literals;
using test::from_yaml;
using testing::AllOf;
using testing::HasSubstr;

// What a failed call says, where a test needs it to have worked.
template <class T>
T take(result<T> got) {
  EXPECT_TRUE(got) << (got ? "" : got.error().message);
  return got ? std::move(*got) : T{};
}

class Cluster : public testing::Test {
 protected:
  void SetUp() override {
    const char* const file = std::getenv("LEADSMAN_TEST_KUBECONFIG");
    if (!file) GTEST_SKIP() << "LEADSMAN_TEST_KUBECONFIG names no kubeconfig";
    auto access = load_kubeconfig(file, "");
    ASSERT_TRUE(access) << access.error().message;
    access_ = *access;
    cluster_ = std::make_unique<client>(io_.get_executor(), access_);
    static int spaces = 0;
    space_ = "leadsman-kube-test-" + std::to_string(::getpid()) + "-" + std::to_string(++spaces);
    run([this]() -> task<void> {
      auto creating = cluster_->create(from_yaml("{apiVersion: v1, kind: Namespace, metadata: {name: " + space_ + "}}"));
      take(co_await std::move(creating));
      // A pod is refused until the namespace has this account; a controller would try again, a test has to wait.
      const wall_time began = now();
      for (bool ready = false; !ready && now() - began < 30s;) {
        auto getting = cluster_->get({"v1", "ServiceAccount", space_, "default"});
        ready = take(co_await std::move(getting)).has_value();
        if (!ready) co_await sleep_for(20ms);
      }
    });
  }

  void TearDown() override {
    if (!cluster_) return;
    run([this]() -> task<void> {
      auto removing = cluster_->remove({"v1", "Namespace", "", space_});
      EXPECT_TRUE(take(co_await std::move(removing)));
    });
  }

  void run(std::function<task<void>()> body) { leadsman::test::run_until_done(io_, std::move(body)); }

  json config_map(const std::string& name, const std::string& value) const {
    return from_yaml("{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name + ", namespace: " + space_ + ", labels: {app: web}}, data: {value: " + value + "}}");
  }
  object_ref map_ref(const std::string& name) const { return {"v1", "ConfigMap", space_, name}; }

  asio::io_context io_;
  cluster_access access_;
  std::unique_ptr<client> cluster_;
  std::string space_;
};

TEST_F(Cluster, CreatesGetsListsReplacesAndRemoves) {
  run([this]() -> task<void> {
    const json first_object = config_map("one", "a");
    auto creating = cluster_->create(first_object);
    json one = take(co_await std::move(creating));
    auto creating_again = cluster_->create(first_object);
    const auto again = co_await std::move(creating_again);
    EXPECT_EQ(again.error().code, errc::conflict);
    for (int i = 0; i < 5; ++i) {
      auto more = cluster_->create(config_map("more-" + std::to_string(i), "b"));
      take(co_await std::move(more));
    }
    client small(io_.get_executor(), access_, {}, {.page_size = 2});
    auto listing = small.list({"v1", "ConfigMap", space_, "app=web", ""});
    const object_list listed = take(co_await std::move(listing));
    EXPECT_EQ(listed.items.size(), 6u);
    EXPECT_EQ(text_at(listed.items[0], "/kind"), "ConfigMap");

    json stale = one;
    one["data"]["value"] = "c";
    auto replacing = cluster_->replace(one);
    EXPECT_EQ(text_at(take(co_await std::move(replacing)), "/data/value"), "c");
    auto replacing_stale = cluster_->replace(stale);
    const auto lost = co_await std::move(replacing_stale);
    EXPECT_EQ(lost.error().code, errc::conflict);

    auto removing = cluster_->remove(map_ref("one"));
    EXPECT_TRUE(take(co_await std::move(removing)));
    auto getting = cluster_->get(map_ref("one"));
    EXPECT_FALSE(take(co_await std::move(getting)));
  });
}

apply_options as(std::string manager, bool force = false, bool dry_run = false) {
  apply_options options;
  options.field_manager = std::move(manager);
  options.force = force;
  options.dry_run = dry_run;
  return options;
}

TEST_F(Cluster, ServerSideApplyTellsWhoOwnsAField) {
  run([this]() -> task<void> {
    const std::string mine = config_map("applied", "a").dump(), theirs = config_map("applied", "b").dump();
    auto rehearsing = cluster_->apply(mine, map_ref("applied"), as("helm", false, true));
    take(co_await std::move(rehearsing));
    auto getting = cluster_->get(map_ref("applied"));
    EXPECT_FALSE(take(co_await std::move(getting)));  // a dry run leaves nothing

    auto applying = cluster_->apply(mine, map_ref("applied"));
    take(co_await std::move(applying));
    auto conflicting = cluster_->apply(theirs, map_ref("applied"), as("other"));
    const auto conflict = co_await std::move(conflicting);
    EXPECT_EQ(conflict.error().code, errc::conflict);
    EXPECT_THAT(conflict.error().message, AllOf(HasSubstr("\"helm\""), HasSubstr(".data.value")));
    auto forcing = cluster_->apply(theirs, map_ref("applied"), as("other", true));
    EXPECT_EQ(text_at(take(co_await std::move(forcing)), "/data/value"), "b");

    auto misspelling = cluster_->apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: applied}, date: {}}", map_ref("applied"));
    const auto misspelled = co_await std::move(misspelling);
    EXPECT_EQ(misspelled.error().code, errc::invalid_input);
    EXPECT_THAT(misspelled.error().message, HasSubstr("date"));
  });
}

TEST_F(Cluster, SaysWhatMayBeDoneAndWhatIsThere) {
  run([this]() -> task<void> {
    auto asking = cluster_->server_version();
    EXPECT_THAT(take(co_await std::move(asking)), testing::StartsWith("v1."));
    auto may = cluster_->can_i({.verb = "create", .group = "apps", .resource = "deployments", .name_space = space_});
    EXPECT_TRUE(take(co_await std::move(may)).allowed);
    auto unknown = cluster_->get({"example.com/v1", "Thing", space_, "x"});
    const auto none = co_await std::move(unknown);
    EXPECT_EQ(none.error().code, errc::not_found);
    auto getting = cluster_->list({"v1", "ConfigMap", space_, "not a selector!", ""});
    const auto bad = co_await std::move(getting);
    EXPECT_EQ(bad.error().code, errc::invalid_input);
  });
}

TEST_F(Cluster, WatchSeesEveryChange) {
  std::vector<std::string> seen;
  run([&]() -> task<void> {
    task_group group(io_.get_executor());
    group.spawn("watch", [&]() -> task<void> {
      auto watching = watch(*cluster_, {"v1", "ConfigMap", space_, "app=web", ""}, [&](const watch_event& e) {
        seen.push_back(std::string(to_string(e.what)) + " " + text_at(e.object, "/data/value"));
        return e.what != change::deleted;
      });
      const auto ended = co_await std::move(watching);
      EXPECT_TRUE(ended);
    });
    while (seen.empty()) co_await sleep_for(5ms);
    auto creating = cluster_->create(config_map("watched", "a"));
    take(co_await std::move(creating));
    auto patching = cluster_->merge_patch(map_ref("watched"), {{"data", {{"value", "b"}}}});
    take(co_await std::move(patching));
    auto removing = cluster_->remove(map_ref("watched"));
    take(co_await std::move(removing));
    co_await group.join();
  });
  EXPECT_THAT(seen, testing::ElementsAre("relisted ", "added a", "modified b", "deleted b"));
}

TEST_F(Cluster, OfTwoWhoWantALeaseOneGetsIt) {
  run([this]() -> task<void> {
    const lease_claim claim_a{"agent-a", 2s, {{"leadsman/holder", "run 1"}}, {"leadsman/superseded-by"}};
    const lease_claim claim_b{"agent-b", 2s, {{"leadsman/holder", "run 2"}}, {"leadsman/superseded-by"}};
    lease_lock a(*cluster_, space_, "leadsman-web", claim_a), b(*cluster_, space_, "leadsman-web", claim_b);
    int winners = 0;
    task_group group(io_.get_executor());
    for (lease_lock* const lock : {&a, &b}) {
      group.spawn("acquire", [&winners, lock]() -> task<void> {
        const auto got = co_await lock->acquire();
        winners += got ? 1 : 0;
        if (!got) {
          EXPECT_EQ(got.error().code, errc::conflict) << got.error().message;
        }
      });
    }
    co_await group.join();
    EXPECT_EQ(winners, 1);
    lease_lock& winner = a.valid_until() ? a : b;
    lease_lock& loser = a.valid_until() ? b : a;
    EXPECT_EQ(winner.fencing_token(), 1);

    auto asking = loser.annotate("leadsman/superseded-by", "run 2");
    const auto asked = co_await std::move(asking);
    EXPECT_TRUE(asked);
    const auto kept = co_await winner.renew();  // although the annotation has changed the resourceVersion
    EXPECT_EQ(take(kept).annotations.at("leadsman/superseded-by"), "run 2");
    const auto verdict = co_await loser.look();
    EXPECT_EQ(take(verdict).standing, lease_standing::held);
    EXPECT_THAT(verdict->annotations.at("leadsman/holder"), HasSubstr("run"));

    // The winner dies: the loser gets it when its own clock says that nothing has moved for the duration.
    const wall_time began = now();
    result<lease> taken = co_await loser.acquire();
    while (!taken && now() - began < 10s) {
      co_await sleep_for(100ms);
      taken = co_await loser.acquire();
    }
    EXPECT_GE(now() - began, 1800ms);
    EXPECT_EQ(take(taken).transitions, 2);
    EXPECT_FALSE(taken->annotations.contains("leadsman/superseded-by"));
    const auto late = co_await winner.renew();
    EXPECT_EQ(late.error().code, errc::conflict);
    EXPECT_FALSE(winner.valid_until());

    const auto not_ours = co_await winner.release();
    EXPECT_TRUE(not_ours);
    EXPECT_EQ(take(co_await winner.look()).standing, lease_standing::held);
    const auto released = co_await loser.release();
    EXPECT_TRUE(released);
    EXPECT_EQ(take(co_await winner.look()).standing, lease_standing::free);
  });
}

// tests/demo-app, which is on the dev cluster's node: misbehaves as its environment asks.
json demo(const std::string& name, const std::string& env, const std::string& extra = "", const std::string& image = "leadsman/demo:v1") {
  return from_yaml("{apiVersion: apps/v1, kind: Deployment, metadata: {name: " + name + "}, spec: {replicas: 1, selector: {matchLabels: {app: " + name + "}}, template: {metadata: {labels: {app: " + name +
                   "}}, spec: {terminationGracePeriodSeconds: 0, containers: [{name: app, image: '" + image + "', imagePullPolicy: IfNotPresent, env: [" + env + "]" + extra + "}]}}}}");
}

TEST_F(Cluster, AWorkloadBecomesReadyAndItsServiceHasAddresses) {
  run([&]() -> task<void> {
    json web = demo("web", "");
    web["metadata"]["namespace"] = space_;
    auto creating = cluster_->create(web);
    take(co_await std::move(creating));
    auto exposing = cluster_->create(from_yaml("{apiVersion: v1, kind: Service, metadata: {name: web, namespace: " + space_ + "}, spec: {selector: {app: web}, ports: [{port: 80}]}}"));
    take(co_await std::move(exposing));
    const std::vector<object_ref> workloads{{"apps/v1", "Deployment", space_, "web"}, {"apps/v1", "Deployment", space_, "missing"}};
    std::vector<workload_status> statuses;
    const wall_time began = now();
    do {
      co_await sleep_for(200ms);
      auto reading = read_workloads(*cluster_, space_, workloads);
      statuses = take(co_await std::move(reading));
    } while (!statuses.empty() && statuses[0].state != workload_state::ready && now() - began < 60s);
    EXPECT_EQ(statuses.at(0).state, workload_state::ready) << to_json(statuses[0]).dump(1);
    EXPECT_EQ(statuses.at(0).pods.size(), 1u);
    EXPECT_EQ(statuses.at(1).reason, "NotFound");
    auto looking = find_unready(*cluster_, space_, workloads);
    const auto unready = take(co_await std::move(looking));
    EXPECT_THAT(unready, testing::ElementsAre(testing::Field(&workload_status::name, "missing")));
    service_endpoints addresses;
    do {
      auto counting = read_endpoints(*cluster_, space_, "web");
      addresses = take(co_await std::move(counting));
    } while (addresses.ready == 0 && now() - began < 60s);
    EXPECT_EQ(addresses.ready, 1);
  });
}

TEST_F(Cluster, EvidenceNamesTheCauseOfAFailure) {
  struct {
    const char* name;
    json object;
    const char* headline;
  } const rows[] = {
      {"pull", demo("pull", "", "", "127.0.0.1:1/none:nope"), "image 127.0.0.1:1/none:nope cannot be pulled: "},
      {"config", demo("config", "{name: X, valueFrom: {configMapKeyRef: {name: absent, key: x}}}"), "configmap \"absent\" not found"},
      {"room", demo("room", "", ", resources: {requests: {cpu: '4000'}}"), "Insufficient cpu"},
      {"crash", demo("crash", "{name: DEMO_CRASH, value: at-once}"), "crashing at once"},
      {"memory", demo("memory", "{name: DEMO_CRASH, value: oom}", ", resources: {limits: {memory: 32Mi}}"), "container app was OOM-killed (limit 32Mi)"},
      {"probe", demo("probe", "{name: DEMO_NEVER_READY, value: 'true'}", ", readinessProbe: {httpGet: {path: /readyz, port: 8080}, periodSeconds: 1}"), "readiness probe fails: HTTP "},
      {"quota", demo("quota", ""), "quota exceeded: tight"},
  };
  run([&]() -> task<void> {
    for (const auto& row : rows) {
      if (std::string_view(row.name) == "quota") {
        auto limiting = cluster_->create(from_yaml("{apiVersion: v1, kind: ResourceQuota, metadata: {name: tight, namespace: " + space_ + "}, spec: {hard: {pods: '0'}}}"));
        take(co_await std::move(limiting));
        co_await sleep_for(2s);  // admission works from a cache of quotas
      }
      json object = row.object;
      object["metadata"]["namespace"] = space_;
      auto creating = cluster_->create(object);
      take(co_await std::move(creating));
      evidence found;
      const wall_time began = now();
      do {
        co_await sleep_for(300ms);
        auto collecting = collect_evidence(*cluster_, space_, {{"apps/v1", "Deployment", space_, row.name}});
        found = take(co_await std::move(collecting));
      } while (found.headline.find(row.headline) == std::string::npos && now() - began < 60s);
      EXPECT_THAT(found.headline, HasSubstr(row.headline)) << row.name << "\n"
                                                           << to_json(found).dump(1);
      RecordProperty(row.name, found.headline);
      if (std::getenv("LEADSMAN_TEST_VERBOSE")) std::cout << "  " << found.headline << "\n";
    }
  });
}

TEST_F(Cluster, ReadsAndFollowsTheLogOfAPod) {
  run([&]() -> task<void> {
    auto creating = cluster_->create(from_yaml("{apiVersion: v1, kind: Pod, metadata: {name: talker, namespace: " + space_ + "}, spec: {restartPolicy: Never, terminationGracePeriodSeconds: 0, "
                                                                                                                             "containers: [{name: app, image: 'leadsman/demo:v1', imagePullPolicy: IfNotPresent, env: [{name: DEMO_CRASH, value: at-once}]}]}}"));
    take(co_await std::move(creating));
    const log_query wanted{.name_space = space_, .pod = "talker", .container = "app"};
    std::vector<std::string> lines;
    const wall_time began = now();
    while (now() - began < 30s) {
      lines.clear();
      auto following = cluster_->follow_logs(wanted, [&](std::string_view line) { lines.emplace_back(line); });
      const auto ended = co_await std::move(following);
      if (ended) break;
      EXPECT_EQ(ended.error().code, errc::invalid_input) << ended.error().message;  // the container is still being made
      co_await sleep_for(100ms);
    }
    EXPECT_THAT(lines, testing::ElementsAre(HasSubstr("starts on"), HasSubstr("crashing at once")));
    log_query last = wanted;
    last.tail_lines = 1;
    auto reading = cluster_->pod_logs(last);
    EXPECT_THAT(take(co_await std::move(reading)), HasSubstr("crashing at once"));
  });
}

}  // namespace
}  // namespace leadsman::kube
