#include "runner/ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/runner/fake_cluster.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string k_path = "/api/v1/namespaces/shop/configmaps/leadsman-web";

model::ledger_entry entry(int revision, const std::string& chart = "web-1.0.0") {
  model::ledger_entry e;
  e.revision = revision;
  e.chart = chart;
  e.deployment = "d-" + std::to_string(revision);
  e.at = wall_time(std::chrono::milliseconds(1'795'262'400'000));
  return e;
}

class Ledger : public testing::Test {
 protected:
  result<model::ledger> read() { return run_on(io_, read_ledger(*api_, k_release)); }
  result<void> add(model::ledger_entry e) { return run_on(io_, enter(*api_, k_release, std::move(e))); }
  std::vector<int> revisions() {
    std::vector<int> found;
    const model::ledger known = read().value();
    for (const model::ledger_entry& e : known.entries) found.push_back(e.revision);
    return found;
  }
  void put(const json& data) {
    cluster_.put({{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "leadsman-web"}, {"namespace", "shop"}}}, {"data", data}});
  }

  const model::release_id k_release{"prod", "shop", "web"};
  asio::io_context io_;
  fake_cluster cluster_{io_};
  std::unique_ptr<kube::client> api_ = cluster_.connect();
};

TEST_F(Ledger, IsEmptyWhenThereIsNone) { EXPECT_EQ(read().value(), model::ledger{}); }

TEST_F(Ledger, GivesBackWhatWasEntered) {
  model::ledger_entry e = entry(3);
  e.standing = model::standing::adopted;
  e.chart_digest = "c";
  e.values_digest = "v";
  e.helm_version = "v4.2.3";
  e.helm_build = "build-1";
  e.tests_run = 2;
  ASSERT_TRUE(add(e));
  EXPECT_THAT(read().value().entries, ElementsAre(e));
}

TEST_F(Ledger, IsAConfigMapThatSaysWhoseItIs) {
  ASSERT_TRUE(add(entry(1)));
  const json& labels = cluster_.object(k_path)["metadata"]["labels"];
  EXPECT_EQ(labels, json({{"app.kubernetes.io/managed-by", "leadsman"}, {"leadsman/release", "web"}}));
}

model::canary_entry canary_at(int weight) {
  model::canary_entry c;
  c.deployment = "d-9";
  c.weight = weight;
  c.chart = "web-2.0.0";
  c.router = {"gateway-api", R"({"route":"web"})", "web", "web-canary"};
  c.route = R"({"route_before":[]})";
  c.since = wall_time(std::chrono::milliseconds(1'795'262'400'000));
  return c;
}

TEST_F(Ledger, KnowsTheCanaryBesideTheReleaseUntilItIsStruckOut) {
  const auto enter_it = [&](std::optional<model::canary_entry> c) { return run_on(io_, enter_canary(*api_, k_release, std::move(c))); };
  ASSERT_TRUE(enter_it(canary_at(0)));
  ASSERT_TRUE(add(entry(3)));
  ASSERT_TRUE(enter_it(canary_at(25)));
  EXPECT_EQ(read().value().canary, canary_at(25));
  EXPECT_THAT(revisions(), ElementsAre(3)) << "the revisions stay";
  ASSERT_TRUE(enter_it(std::nullopt));
  EXPECT_EQ(read().value().canary, std::nullopt);
  EXPECT_THAT(revisions(), ElementsAre(3));
}

TEST_F(Ledger, IsNotWrittenForACanaryThatStandsThereAlready) {
  ASSERT_TRUE(run_on(io_, enter_canary(*api_, k_release, canary_at(25))));
  const json before = cluster_.object(k_path);
  ASSERT_TRUE(run_on(io_, enter_canary(*api_, k_release, canary_at(25))));
  EXPECT_EQ(cluster_.object(k_path), before);
}

TEST_F(Ledger, StandsInTheOrderOfRevisionsWhateverTheOrderOfEntering) {
  for (const int revision : {5, 2, 9}) ASSERT_TRUE(add(entry(revision)));
  EXPECT_THAT(revisions(), ElementsAre(2, 5, 9));
}

TEST_F(Ledger, ReplacesTheEntryOfTheSameRevision) {
  ASSERT_TRUE(add(entry(5)));
  ASSERT_TRUE(add(entry(5, "web-2.0.0")));
  EXPECT_THAT(read().value().entries, ElementsAre(entry(5, "web-2.0.0")));
}

TEST_F(Ledger, KeepsTheNewestEntriesOnly) {
  json entries = json::array();
  for (size_t i = 1; i <= k_ledger_entries; ++i) entries.push_back({{"revision", i}});
  put({{"ledger.json", json{{"entries", entries}}.dump()}});
  ASSERT_TRUE(add(entry(1000)));
  const auto kept = revisions();
  EXPECT_EQ(kept.size(), k_ledger_entries);
  EXPECT_EQ(kept.front(), 2);
  EXPECT_EQ(kept.back(), 1000);
}

TEST_F(Ledger, LeavesWhatOthersKeepInTheConfigMapAlone) {
  put({{"note", "of the operator"}, {"ledger.json", R"({"entries":[{"revision":1}]})"}});
  ASSERT_TRUE(add(entry(2)));
  EXPECT_EQ(cluster_.object(k_path)["data"]["note"], "of the operator");
  EXPECT_THAT(revisions(), ElementsAre(1, 2));
}

TEST_F(Ledger, BeginsInAConfigMapWithoutData) {
  put(nullptr);
  EXPECT_EQ(read().value(), model::ledger{});
  ASSERT_TRUE(add(entry(2)));
  EXPECT_THAT(revisions(), ElementsAre(2));
}

TEST_F(Ledger, LosesNothingWhenSomebodyElseEntersAtTheSameTime) {
  ASSERT_TRUE(add(entry(1)));
  bool raced = false;
  cluster_.first = [&](const std::string& method, const std::string&) -> std::optional<std::string> {
    if (method == "PUT" && !std::exchange(raced, true)) {
      put({{"ledger.json", R"({"entries":[{"revision":1},{"revision":2}]})"}});
    }
    return std::nullopt;
  };
  ASSERT_TRUE(add(entry(3)));
  EXPECT_TRUE(raced);
  EXPECT_THAT(revisions(), ElementsAre(1, 2, 3));
}

TEST_F(Ledger, LosesNothingWhenSomebodyElseMakesItAtTheSameTime) {
  bool raced = false;
  cluster_.first = [&](const std::string& method, const std::string&) -> std::optional<std::string> {
    if (method == "POST" && !std::exchange(raced, true)) put({{"ledger.json", R"({"entries":[{"revision":1}]})"}});
    return std::nullopt;
  };
  ASSERT_TRUE(add(entry(3)));
  EXPECT_THAT(revisions(), ElementsAre(1, 3));
}

TEST_F(Ledger, DoesNotRaceForEver) {
  ASSERT_TRUE(add(entry(1)));
  int writes = 0;
  cluster_.first = [&](const std::string& method, const std::string&) -> std::optional<std::string> {
    return method == "PUT" ? ++writes, std::optional(fake_cluster::failure(409, "modified")) : std::nullopt;
  };
  const auto entered = add(entry(2));
  ASSERT_FALSE(entered);
  EXPECT_EQ(entered.error().code, errc::conflict);
  EXPECT_EQ(writes, 6);
}

TEST_F(Ledger, WhatTheServerRefusesIsNotTriedAgain) {
  int writes = 0;
  cluster_.first = [&](const std::string& method, const std::string&) -> std::optional<std::string> {
    return method == "POST" ? ++writes, std::optional(fake_cluster::failure(403, "may not")) : std::nullopt;
  };
  const auto entered = add(entry(2));
  ASSERT_FALSE(entered);
  EXPECT_EQ(entered.error().code, errc::forbidden);
  EXPECT_EQ(writes, 1);
}

TEST_F(Ledger, NonsenseIsNeitherReadNorWrittenOver) {
  for (const char* nonsense : {"{", "[]", R"({"entries":7})", R"({"entries":[{"standing":"good"}]})"}) {
    put({{"ledger.json", nonsense}});
    const auto found = read();
    ASSERT_FALSE(found) << nonsense;
    EXPECT_EQ(found.error().code, errc::internal) << nonsense;
    EXPECT_THAT(found.error().message, HasSubstr("ConfigMap shop/leadsman-web")) << nonsense;
    EXPECT_FALSE(add(entry(2))) << nonsense;
    EXPECT_EQ(cluster_.object(k_path)["data"]["ledger.json"], nonsense);
  }
}

}  // namespace
}  // namespace leadsman::runner
