#include "runner/gate/measure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>

#include "async/task_group.hpp"

namespace leadsman::runner {
namespace {

using namespace std::chrono_literals;
using model::verdict;
using testing::ElementsAre;
using testing::HasSubstr;

using model::metric_answer;

metric_answer one(const std::string& value) {
  metric_answer out;
  out.series.push_back({{}, value, static_cast<double>(now().time_since_epoch().count()) / 1000});
  return out;
}

metric_answer none() { return {}; }

model::metric_gate gate_of(const std::string& query, double max = 1) {
  model::metric_gate gate;
  gate.name = query;
  gate.query = query + "{{canary}}";
  gate.max = max;
  gate.measuring.interval = 1ms;
  gate.measuring.delay = 0ms;
  gate.measuring.count = 3;
  return gate;
}

// A source whose answers are given query by query, the last of them again and again; and whoever hears of the looks.
struct scene {
  asio::io_context io;
  notifier changed{io.get_executor()};
  std::map<std::string, std::vector<result<metric_answer>>> answers;  // by query
  std::map<std::string, int> asked;
  std::vector<plugin::metric_question> params;
  std::vector<wire::measurement> told;
  bool stop = false;
  std::function<void()> on_told = [] {};
  measuring_task about;

  scene() {
    about.subjects = [this](bool with_pods) { return find(with_pods); };
    about.call = [this](plugin::metric_question asking) { return answer(std::move(asking)); };
    about.stop = [this] { return stop; };
    about.tell = [this](wire::measurement m) { return hear(std::move(m)); };
  }

  analysis::subjects who{{"-canary"}, {"-stable"}, "web", "shop", {}};
  std::optional<error> not_found;
  std::vector<bool> asked_for_pods;

  task<result<analysis::subjects>> find(bool with_pods) {
    asked_for_pods.push_back(with_pods);
    if (not_found) co_return fail(*not_found);
    co_return who;
  }

  task<result<metric_answer>> answer(plugin::metric_question asking) {
    params.push_back(asking);
    const std::string query = asking.query;
    const int turn = asked[query]++;
    const auto& known = answers[query];
    if (known.empty()) {
      co_await sleep_for(1h);  // hangs
      co_return fail(errc::timed_out, "never");
    }
    co_return known[std::min<size_t>(static_cast<size_t>(turn), known.size() - 1)];
  }

  task<result<void>> hear(wire::measurement m) {
    told.push_back(std::move(m));
    on_told();
    co_return result<void>{};
  }

  result<wire::analysis_verdict> run(std::vector<model::gate> gates) {
    about.gates = std::move(gates);
    std::optional<result<wire::analysis_verdict>> came;
    spawn(io.get_executor(), "test", [&]() -> task<void> {
      auto measuring = measure(changed, about);
      came = co_await std::move(measuring);
    });
    io.restart();  // it may have run before
    io.run();
    return std::move(*came);
  }
};

std::string word(verdict v) { return std::string(model::word_of(model::k_verdict, v)); }

TEST(Measure, PassesAfterEnoughGoodNumbers) {
  scene s;
  s.answers["errors-canary"] = {one("0.5")};
  const auto came = s.run({model::helm_test_gate{}, gate_of("errors")});
  ASSERT_TRUE(came);
  EXPECT_EQ(word(came->verdict), "passed");
  ASSERT_EQ(came->gates.size(), 1u);
  EXPECT_EQ(came->gates[0].query, "errors-canary");
  EXPECT_EQ(came->gates[0].good, 3);
  ASSERT_EQ(s.told.size(), 3u);
  EXPECT_EQ(s.told[2].look, 3);
  EXPECT_EQ(word(s.told[1].verdict), "measuring");
  EXPECT_EQ(word(s.told[2].verdict), "passed");
}

TEST(Measure, HasNothingToWaitForWithoutMetrics) {
  scene s;
  EXPECT_EQ(word(s.run({model::helm_test_gate{}})->verdict), "passed");
  EXPECT_EQ(word(scene().run({})->verdict), "passed");
}

TEST(Measure, EndsAtTheFirstFailureWithoutWaitingForTheOthers) {
  scene s;
  s.answers["slow-canary"] = {one("0")};
  s.answers["errors-canary"] = {one("0.5"), one("2")};
  model::metric_gate slow = gate_of("slow");
  slow.measuring.interval = 1h;
  const auto came = s.run({slow, gate_of("errors"), gate_of("hangs")});
  ASSERT_TRUE(came);
  EXPECT_EQ(word(came->verdict), "failed");
  EXPECT_EQ(came->gate, "errors");
  EXPECT_EQ(came->reason, "AboveMaximum");
  EXPECT_EQ(word(came->gates[0].verdict), "measuring");
  EXPECT_EQ(word(came->gates[2].verdict), "measuring");
  EXPECT_EQ(s.told.back().value, 2.0) << "the number that decided is told";
}

TEST(Measure, StopsAtOnceWhenToldTo) {
  scene s;
  s.answers["errors-canary"] = {one("0")};
  model::metric_gate errors = gate_of("errors");
  errors.measuring.interval = 1h;
  s.on_told = [&] {
    s.stop = true;
    s.changed.notify();
  };
  const auto came = s.run({errors, gate_of("hangs")});
  ASSERT_TRUE(came);
  EXPECT_EQ(word(came->verdict), "measuring");
  EXPECT_EQ(came->gates[0].good, 1);
}

TEST(Measure, ToldToStopBeforehandAsksNothing) {
  scene s;
  s.stop = true;
  EXPECT_EQ(word(s.run({gate_of("errors")})->verdict), "measuring");
  EXPECT_TRUE(s.told.empty());
}

TEST(Measure, AsksAboutBothSidesWhenTheyAreCompared) {
  scene s;
  s.answers["p99-canary"] = {one("0.2")};
  s.answers["p99-stable"] = {one("0.1")};
  model::metric_gate gate = gate_of("p99");
  gate.max.reset();
  gate.against = model::against::stable;
  const auto came = s.run({gate});
  ASSERT_TRUE(came);
  EXPECT_EQ(came->reason, "WorseThanStable");
  EXPECT_EQ(s.told.at(0).value, 0.2);
  EXPECT_EQ(s.told.at(0).stable, 0.1);
}

TEST(Measure, AsksForTheNumberOnlyWhenSomebodyCame) {
  scene s;
  s.answers["errors-canary"] = {one("NaN")};
  s.answers["requests-canary"] = {one("0"), none(), one("50")};
  s.answers["errors-canary"] = {one("0")};
  model::metric_gate gate = gate_of("errors");
  gate.traffic = "requests{{canary}}";
  const auto came = s.run({gate});
  ASSERT_TRUE(came);
  EXPECT_EQ(word(came->verdict), "passed");
  EXPECT_THAT((std::vector{s.told[0].reading, s.told[1].reading, s.told[2].reading}), ElementsAre("no-traffic", "no-data", "value"));
  EXPECT_EQ(s.asked["requests-canary"], 5);
  EXPECT_EQ(s.asked["errors-canary"], 3);
  EXPECT_EQ(s.told[2].samples, 50.0);
}

TEST(Measure, ComparesWithTheWindowThatEndedWhenTheUpgradeBegan) {
  scene s;
  s.about.before = wall_time(1h);
  s.who.pods_before = "shop-[a-z]+";
  s.who.canary.pods = "shop-a";
  s.answers["p99-canaryshop-a"] = {one("0.2")};
  s.answers["p99-canaryshop-[a-z]+"] = {one("0.1")};
  model::metric_gate gate = gate_of("p99");
  gate.query += "{{canary-pods}}";
  gate.max.reset();
  gate.against = model::against::before;
  const auto came = s.run({gate});
  ASSERT_TRUE(came);
  EXPECT_EQ(came->reason, "WorseThanBefore");
  EXPECT_EQ(s.told.at(0).before, 0.1);
  ASSERT_EQ(s.params.size(), 2u);
  EXPECT_FALSE(s.params[0].at);
  EXPECT_EQ(s.params[1].at, wall_time(1h));
}

TEST(Measure, LooksUpPodsOnlyForQueriesAboutThem) {
  scene s;
  s.answers["errors-canary"] = {one("2")};
  ASSERT_TRUE(s.run({gate_of("errors")}));
  EXPECT_THAT(s.asked_for_pods, ElementsAre(false));
}

TEST(Measure, PodsThatCannotBeLookedUpAreAFault) {
  scene s;
  model::metric_gate cpu = gate_of("cpu");
  cpu.use = model::ready_made::cpu;
  s.not_found = error{errc::not_found, "there is no Service 'shop'", ""};
  cpu.measuring.error_limit = 0;
  const auto came = s.run({cpu});
  ASSERT_TRUE(came);
  EXPECT_EQ(came->reason, "SourceUnreachable");
  EXPECT_THAT(came->message, HasSubstr("there is no Service 'shop'"));
  EXPECT_THAT(s.asked_for_pods, ElementsAre(true));
}

TEST(Measure, GivesUpOnASourceThatIsDown) {
  scene s;
  s.answers["errors-canary"] = {fail(errc::unavailable, "connection refused")};
  const auto came = s.run({gate_of("errors")});
  ASSERT_TRUE(came);
  EXPECT_EQ(word(came->verdict), "error");
  EXPECT_EQ(came->reason, "SourceUnreachable");
  EXPECT_THAT(came->message, HasSubstr("connection refused"));
  EXPECT_EQ(s.told.size(), 4u);
}

TEST(Measure, LooksAgainAfterASourceWasDown) {
  scene s;
  s.answers["errors-canary"] = {fail(errc::unavailable, "down"), fail(errc::timed_out, "slow"), one("0")};
  EXPECT_EQ(word(s.run({gate_of("errors")})->verdict), "passed");
  EXPECT_EQ(s.told.size(), 5u);
}

TEST(Measure, DoesNotWaitForWhatIsAdvisory) {
  scene s;
  s.answers["errors-canary"] = {one("0")};
  s.answers["told-canary"] = {one("5")};
  model::metric_gate told = gate_of("told");
  model::metric_gate hanging = gate_of("hangs");
  told.advisory = hanging.advisory = true;
  const auto came = s.run({told, hanging, gate_of("errors")});
  ASSERT_TRUE(came);
  EXPECT_EQ(word(came->verdict), "passed");
  EXPECT_EQ(word(came->gates[0].verdict), "failed");
}

TEST(Measure, OfANameThatNoServiceHasIsAnErrorAtOnce) {
  scene s;
  s.who = {{"a\"b"}, {"stable"}, "web", "shop", {}};
  const auto came = s.run({gate_of("errors")});
  ASSERT_TRUE(came);
  EXPECT_EQ(came->reason, "QueryInvalid");
  EXPECT_TRUE(s.params.empty());
}

TEST(Measure, EndsWithTheErrorOfWhoeverHears) {
  scene s;
  s.answers["errors-canary"] = {one("0")};
  s.about.tell = [](wire::measurement) -> task<result<void>> { co_return fail(errc::internal, "the journal is full"); };
  const auto came = s.run({gate_of("errors"), gate_of("hangs")});
  ASSERT_FALSE(came);
  EXPECT_EQ(came.error().message, "the journal is full");
}

TEST(Measure, HealthIsTheTreeInItsOrder) {
  scene s;
  model::health_gate tree;
  tree.infrastructure = tree.response_time = tree.uptime = std::nullopt;
  tree.measuring = gate_of("").measuring;
  s.about.call = [&s](plugin::metric_question asking) -> task<result<metric_answer>> {
    s.params.push_back(asking);
    const std::string query = asking.query;
    if (query.starts_with("max(timestamp(")) co_return one(std::to_string(now().time_since_epoch().count() / 1000));
    co_return query.starts_with("sum(increase(") ? one("100") : one("3");
  };
  const auto came = s.run({tree});
  ASSERT_TRUE(came);
  EXPECT_EQ(word(came->verdict), "failed");
  EXPECT_EQ(came->gate, "health/error-rate");
  EXPECT_THAT(came->message, HasSubstr("300 % of 100 samples, above the 5 % allowed"));
}

TEST(Measure, GoesOnWithWhatWasSeenBefore) {
  scene first;
  analysis::gate_records records;
  first.about.records = &records;
  first.answers["errors-canary"] = {one("0.5")};
  first.on_told = [&] {
    first.stop = first.told.size() == 2;
    first.changed.notify();
  };
  ASSERT_TRUE(first.run({gate_of("errors")}));
  ASSERT_EQ(records.at("errors").seen.size(), 2u);

  // As another agent reads it.
  analysis::gate_records kept = analysis::read_records(analysis::records_json(records));
  EXPECT_EQ(kept, records);
  scene second;
  second.about.records = &kept;
  second.answers["errors-canary"] = {one("0.5")};
  const auto came = second.run({gate_of("errors")});
  ASSERT_TRUE(came);
  EXPECT_EQ(word(came->verdict), "passed");
  ASSERT_EQ(second.told.size(), 1u);
  EXPECT_EQ(second.told[0].look, 3);
  EXPECT_EQ(came->gates[0].good, 3);
}

TEST(Measure, MeasuresFromTheBeginningWhatAnotherVersionHasKept) {
  EXPECT_TRUE(analysis::read_records(nlohmann::json::parse(R"({"errors": {"seen": 3}})")).empty());
  EXPECT_TRUE(analysis::read_records(nlohmann::json::parse("[1]")).empty());
}

TEST(Measure, KeepsOnUntilANumberIsBad) {
  scene s;
  s.about.keeps_on = true;
  s.answers["errors-canary"] = {one("0.5"), one("0.5"), one("0.5"), one("0.5"), fail(errc::unavailable, "down"), one("0.5"), one("2")};
  model::metric_gate errors = gate_of("errors");
  errors.measuring.error_limit = 0;
  const auto came = s.run({errors});
  ASSERT_TRUE(came);
  EXPECT_EQ(word(came->verdict), "failed");
  EXPECT_EQ(s.told.size(), 7u) << "neither a verdict that is good nor a source that is down ends it";
  EXPECT_EQ(s.told[3].look, 1) << "after each verdict it begins again";
}

TEST(Measure, KeepsOnUntilItIsToldToStop) {
  scene s;
  s.about.keeps_on = true;
  s.answers["errors-canary"] = {one("0.5")};
  s.answers["told-canary"] = {one("5")};
  model::metric_gate told = gate_of("told");
  told.advisory = true;
  s.on_told = [&] {
    s.stop = s.told.size() >= 20;
    s.changed.notify();
  };
  ASSERT_TRUE(s.run({gate_of("errors"), told}));
  EXPECT_GE(s.told.size(), 20u);
}

}  // namespace
}  // namespace leadsman::runner
