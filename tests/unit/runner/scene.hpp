#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <map>

#include "archive/chart.hpp"
#include "runner/rollout.hpp"
#include "store/sqlite/open.hpp"
#include "support/temporary_folder.hpp"
#include "unit/runner/fake_cluster.hpp"
#include "unit/runner/made_release.hpp"

namespace leadsman::runner {

// One deployment of shop/web under way, over the real store, an API server in memory and a helm that is a shell script.
class scene : public testing::Test {
 protected:
  scene() {
    fake_helm("exit 0");
    cluster_.first = [this](const std::string& method, const std::string& path) {
      take_effects();
      return faults_(method, path);
    };
  }
  void SetUp() override {
    ASSERT_TRUE(helm_.prepare());
    target_.api = cluster_.connect();
  }
  void TearDown() override {
    if (r_) test::run_until_done(io_, [this] { return r_->lease.give_back(); });
  }

  // What helm does: shell, in a folder of the test's own.
  void fake_helm(const std::string& script) {
    folder_.write("helm", "#!/bin/sh\ncd '" + folder_.path().string() + "' && echo \"$*\" >>calls\n" + script + "\n");
    ::chmod((folder_.path() / "helm").c_str(), 0755);
  }
  // What becomes true in the cluster when helm has made the file `done`.
  void when_helm_made(const std::string& done, std::function<void()> effect) { effects_[done] = std::move(effect); }
  std::string helm_calls() const {
    std::ifstream in(folder_.path() / "calls");
    return {std::istreambuf_iterator<char>(in), {}};
  }

  static model::deployment_request wish(model::request_kind kind = model::request_kind::rollback) {
    model::deployment_request r;
    r.kind = kind;
    r.release = {"prod", "shop", "web"};
    r.policy.timeout = std::chrono::seconds(20);
    return r;
  }
  model::deployment_request wish_for_a_chart() {
    folder_.write("chart/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.2.3\n");
    const archive::packed_folder packed = archive::pack_folder(folder_.path() / "chart").value();
    EXPECT_TRUE(run_on(io_, store_->put_chart(packed.sha256, packed.bytes)));
    model::deployment_request r = wish(model::request_kind::deploy);
    r.chart = {packed.sha256, "web", "1.2.3", "charts/web"};
    return r;
  }

  void admit(const model::deployment_request& request) {
    store::new_deployment wished;
    wished.deployment.id = k_id;
    wished.deployment.kind = request.kind;
    wished.deployment.release = request.release;
    wished.deployment.chart = request.chart;
    wished.deployment.policy = request.policy;
    wished.deployment.idempotency_key = "key";
    wished.deployment.created_at = now();
    wished.sealed_request = "sealed";
    wished.first_event = [](const model::deployment&) { return make_event(model::event_kind::created, "created"); };
    const store::decide_admission always = [](const std::optional<model::deployment>&) { return model::admission::create; };
    const auto admitted = run_on(io_, store_->admit(wished, always));
    ASSERT_TRUE(admitted) << admitted.error().message;
    take_up(admitted->deployment, request);
  }
  // As the next agent does, which knows nothing but journal and cluster.
  void take_up_again() {
    const model::deployment_request request = r_->request;
    take_up(saved(), request);
  }
  // As if flow had decided on this step, and its intent was saved.
  void intend_step(model::step_kind kind, const nlohmann::json& detail = nullptr) {
    store::change what;
    what.step = model::step_record{.kind = kind};
    if (!detail.is_null()) what.step->detail = detail.dump();
    ASSERT_TRUE(run_on(io_, r_->log.save(what)));
  }
  void play_to_the_end() {
    test::run_until_done(io_, [this] { return run_rollout(r_); });
  }

  model::deployment saved() { return run_on(io_, store_->find(k_id)).value().value(); }
  std::vector<model::event> events() { return run_on(io_, store_->events(k_id, 1, 1000)).value(); }  // but the first
  // "kind: message" of each.
  std::vector<std::string> told() {
    std::vector<std::string> lines;
    for (const model::event& e : events()) {
      lines.push_back(std::string(model::word_of(model::k_event_kind, e.kind)) + ": " + e.message);
    }
    return lines;
  }
  std::vector<nlohmann::json> data_of(model::event_kind kind) {
    std::vector<nlohmann::json> all;
    for (const model::event& e : events()) {
      if (e.kind == kind) all.push_back(nlohmann::json::parse(e.data));
    }
    return all;
  }

  // Once a message that begins so was told to followers.
  void when_told(const std::string& beginning, std::function<void()> then) {
    spawn(io_.get_executor(), "when told", [this, beginning, then]() -> task<void> {
      for (;;) {
        const uint64_t seen = audience_.version(k_id);
        const auto recent = audience_.recent(k_id, 1);
        for (const model::event& e : recent->events) {
          if (e.message.starts_with(beginning)) co_return then();
        }
        auto waiting = audience_.wait(k_id, seen, std::chrono::seconds(1), {});
        co_await std::move(waiting);
      }
    });
  }

  static std::string silence() { return fake_cluster::failure(503, "the API server is starting"); }

  static constexpr const char* k_id = "01940000-0000-7000-8000-000000000001";
  test::temporary_folder folder_;
  asio::io_context io_;
  asio::thread_pool blocking_{1};
  plugin::host plugins_{io_.get_executor(), blocking_, {}, {}};
  fake_cluster cluster_{io_};
  fake_cluster::say_first faults_ = [](const auto&, const auto&) { return std::nullopt; };
  helm::runner helm_{io_.get_executor(), {.program = (folder_.path() / "helm").string(), .run_dir = folder_.path() / "run", .own = {{"PATH", "/usr/bin:/bin"}}}};
  std::unique_ptr<store::store> store_ = store::open_sqlite(folder_.path() / "state").value();
  facilities shared_{io_.get_executor(), *store_, helm_, blocking_, plugins_, folder_.path() / "run", "agent-0"};
  cluster target_{"prod", "", "", nullptr};
  followers audience_{io_.get_executor()};
  std::shared_ptr<rollout> r_;

 private:
  void take_up(const model::deployment& d, const model::deployment_request& request) {
    if (r_) test::run_until_done(io_, [this] { return r_->lease.stop_renewing(); });
    r_ = std::make_shared<rollout>(shared_, target_, d, request, audience_);
  }
  void take_effects() {
    for (const auto& [done, effect] : effects_) {
      std::error_code ignored;
      if (std::filesystem::remove(folder_.path() / done, ignored)) effect();
    }
  }

  std::map<std::string, std::function<void()>> effects_;
};

}  // namespace leadsman::runner
