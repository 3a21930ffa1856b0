#pragma once

#include "action/output/progress.hpp"
#include "wire/model.hpp"

// Events as an agent would send them, for tests: each call adds one, a second after the one before.
namespace leadsman::action {

class story {
 public:
  story() {
    known.shown.id = "0193-a";
    known.shown.release = {"default", "shop", "web"};
    known.shown.environment = "production";
    known.shown.chart_name = "web";
    known.shown.chart = "web-1.2.3";
    known.shown.chart_source = "charts/web";
  }

  template <class T>
  model::event make(model::event_kind kind, const T& data, std::string message = "") {
    at_ += std::chrono::seconds(1);
    return {++seq_, at_, kind, std::move(message), nlohmann::json(data).dump()};
  }

  template <class T>
  story& add(model::event_kind kind, const T& data, std::string message = "") {
    events.push_back(make(kind, data, std::move(message)));
    apply(known, events.back());
    return *this;
  }

  story& phase(model::phase p, std::string reason = "", std::string message = "") {
    return add(model::event_kind::phase, wire::phase_change{p, std::move(reason)}, std::move(message));
  }
  story& begin(model::step_kind step) { return add(model::event_kind::step, wire::step_change{step, model::step_status::intended, 1, {}, "", "", 0}); }
  story& finish(model::step_kind step, int64_t ms) {
    return add(model::event_kind::step, wire::step_change{step, model::step_status::done, 1, {}, "done", "", ms});
  }
  story& fail(model::step_kind step, int64_t ms, std::string reason, std::string message) {
    return add(model::event_kind::step, wire::step_change{step, model::step_status::failed, 1, {}, "failed", std::move(reason), ms}, std::move(message));
  }
  story& workload(int ready, int desired, std::string state, std::vector<wire::pod_progress> pods = {}) {
    return add(model::event_kind::workload, wire::workload_progress{"Deployment", "web", desired, desired, ready, std::move(state), "", "", std::move(pods)});
  }
  story& log(std::vector<std::string> lines) {
    return add(model::event_kind::log, wire::log_lines{"test", "web-smoke", "web-smoke", "curl", std::move(lines), false});
  }
  story& end(model::phase p, std::string reason, model::rollback_outcome rollback, std::string next = "", std::string message = "") {
    return add(model::event_kind::finished, wire::finished{p, std::move(reason), rollback, 5, 4, 61'000, std::move(next)}, std::move(message));
  }

  // Version 5 does not become ready, is rolled back to 4, and that is proved.
  story& rolled_back() {
    using enum model::step_kind;
    wire::container_evidence container{"app", "waiting", "CrashLoopBackOff", "back-off 10s", 3, 1, {"starting", "panic: no database"}};
    wire::evidence why{"container app of web exits with code 1: panic: no database", "",
                       {{"Deployment", "web", "NotReady", "1 of 3 pods", {{"web-1", "Running", {"Ready=False: containers not ready"}, {container}}},
                         {{"Warning", "BackOff", "Pod/web-1", "Back-off restarting failed container", 4}}}}};
    phase(model::phase::deploying).begin(upgrade).workload(0, 3, "progressing");
    workload(1, 3, "progressing", {{"web-1", "Running", 0, 1, 3, "CrashLoopBackOff", "back-off 10s"}});
    fail(upgrade, 41'000, "NotReady", "web did not become ready");
    begin(evidence).add(model::event_kind::evidence, why).finish(evidence, 800);
    phase(model::phase::rolling_back).begin(rollback).finish(rollback, 9'000).begin(prove);
    add(model::event_kind::proof, wire::proof{4, true, {{"image", "Deployment/web container app", "web:1.2.2", "web:1.2.2", true}}});
    return finish(prove, 2'000).end(model::phase::rolled_back, "NotReady", model::rollback_outcome::succeeded, "mend the database's address, then deploy again",
                                      "web did not become ready within 5m");
  }

  std::vector<model::event> events;
  progress known;

 private:
  wall_time at_ = *parse_rfc3339("2026-11-21T10:00:00Z");
  uint64_t seq_ = 0;
};

}  // namespace leadsman::action
