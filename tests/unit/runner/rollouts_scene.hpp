#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "runner/rollouts.hpp"
#include "store/sqlite/open.hpp"
#include "support/temporary_folder.hpp"
#include "unit/runner/fake_cluster.hpp"

namespace leadsman::runner {

inline sign::secret_box box_of(unsigned char fill) {
  sign::secret_box::key key;
  key.fill(fill);
  return sign::secret_box(key);
}

// An agent's rollouts over the real store, an API server in memory and a helm that prints rendered.json. The release's namespace is missing, so that a
// deployment fails before it needs helm, unless somebody else holds the release: then it waits.
class rollouts_scene : public testing::Test {
 protected:
  void SetUp() override {
    folder_.write("helm", "#!/bin/sh\nexec cat '" + (folder_.path() / "rendered.json").string() + "'\n");
    ::chmod((folder_.path() / "helm").c_str(), 0755);
    ASSERT_TRUE(helm_.prepare());
    known_.add({"prod", "", "", cluster_.connect()});
    begin(1);
  }
  void TearDown() override { end(); }

  void begin(unsigned char key) {
    store_ = store::open_sqlite(folder_.path() / "state").value();
    facilities shared{io_.get_executor(), *store_, helm_, blocking_, plugins_, folder_.path() / "run", "agent-0"};
    agent_ = std::make_unique<rollouts>(std::move(shared), known_, box_of(key));
  }
  void end() {
    test::run_until_done(io_, [this] { return agent_->stop(); });
    agent_.reset();
    store_.reset();
  }
  void restart(unsigned char key = 1) {
    end();
    begin(key);
    const auto resumed = run_on(io_, agent_->resume());
    ASSERT_TRUE(resumed) << resumed.error().message;
  }

  void let_somebody_hold_the_release() {
    cluster_.put({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "shop"}}}});
    const std::string at = format_rfc3339(now());
    cluster_.put({{"apiVersion", "coordination.k8s.io/v1"},
                  {"kind", "Lease"},
                  {"metadata", {{"name", "leadsman-web"}, {"namespace", "shop"}}},
                  {"spec", {{"holderIdentity", "somebody"}, {"leaseDurationSeconds", 3600}, {"acquireTime", at}, {"renewTime", at}}}});
  }

  static model::deployment_request back_to(int revision, int run_attempt = 1) {
    model::deployment_request r;
    r.kind = model::request_kind::rollback;
    r.release = {"prod", "shop", "web"};
    r.revision = revision;
    r.origin.repository = "acme/shop";
    r.origin.run_id = "4711";
    r.origin.run_attempt = run_attempt;
    return r;
  }
  static model::deployment_request by_hand() {
    model::deployment_request r = back_to(3);
    r.origin = {};
    return r;
  }

  result<store::admitted> submit(model::deployment_request r, std::string principal = "key:ci", std::string key = "") {
    return run_on(io_, agent_->submit(std::move(r), std::move(principal), std::move(key)));
  }
  std::string submitted(model::deployment_request r) { return submit(std::move(r)).value().deployment.id; }

  // Every event up to the last one; fails the test when that does not come.
  std::vector<model::event> follow(const std::string& id) {
    std::vector<model::event> all;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    for (;;) {
      const auto page = run_on(io_, agent_->wait_events(id, all.empty() ? 0 : all.back().seq, std::chrono::seconds(1), {}));
      if (!page) throw std::runtime_error(page.error().message);
      all.insert(all.end(), page->events.begin(), page->events.end());
      if (page->ended) return all;
      if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("deployment " + id + " does not end");
    }
  }
  // Follows until an event of this kind has come.
  void wait_for(const std::string& id, model::event_kind kind) {
    uint64_t after = 0;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < deadline) {
      const events_page page = run_on(io_, agent_->wait_events(id, after, std::chrono::seconds(1), {})).value();
      for (const model::event& e : page.events) {
        after = e.seq;
        if (e.kind == kind) return;
      }
    }
    FAIL() << "no event " << model::word_of(model::k_event_kind, kind);
  }
  model::deployment find(const std::string& id) { return run_on(io_, agent_->find(id)).value().value(); }

  test::temporary_folder folder_;
  asio::io_context io_;
  asio::thread_pool blocking_{1};
  plugin::host plugins_{io_.get_executor(), blocking_, {}, {}};
  fake_cluster cluster_{io_};
  helm::runner helm_{io_.get_executor(), {.program = (folder_.path() / "helm").string(), .run_dir = folder_.path() / "run", .own = {{"PATH", "/usr/bin:/bin"}}}};
  clusters known_;
  std::unique_ptr<store::store> store_;
  std::unique_ptr<rollouts> agent_;
};

}  // namespace leadsman::runner
