#pragma once

#include <map>
#include <memory>
#include <string>

#include "async/task_group.hpp"
#include "runner/followers.hpp"
#include "runner/rollout.hpp"
#include "runner/service.hpp"
#include "sign/secret_box.hpp"

namespace leadsman::runner {

// Every deployment under way, and the answers to everything that can be asked.
class rollouts : public service {
 public:
  rollouts(facilities shared, clusters& known, sign::secret_box at_rest);

  // Takes up what an earlier agent left unfinished, and from then on forgets what nobody needs. Once, at the start. What
  // cannot be taken up (the key was lost, the cluster is not configured any more) is logged, told to whoever follows it,
  // and stays as it is until it is canceled.
  task<result<void>> resume();
  // Brings every rollout to a place where the next agent goes on: upgrades are ended, tests and rollbacks waited for.
  task<void> stop();

  task<result<store::admitted>> submit(model::deployment_request request, std::string principal, std::string request_key) override;
  task<result<std::optional<model::deployment>>> find(std::string id) override;
  task<result<std::vector<model::deployment>>> list(store::list_filter filter) override;
  task<result<model::deployment>> cancel(std::string id, std::optional<model::on_cancel> mode, std::string by, std::string reason) override;
  task<result<model::deployment>> promote(std::string id, model::promotion asked) override;
  task<result<store::admitted>> retry(std::string id, std::string principal, model::reach reach) override;
  task<result<events_page>> wait_events(std::string id, uint64_t after, std::chrono::milliseconds limit, take_events take) override;
  task<result<std::optional<nlohmann::json>>> release_status(model::release_id id) override;
  task<result<std::optional<nlohmann::json>>> release_history(model::release_id id) override;
  task<result<nlohmann::json>> plan(model::deployment_request request) override;
  task<result<bool>> has_chart(std::string digest) override;
  task<result<void>> put_chart(std::string digest, std::string archive) override;
  task<result<model::fetched_chart>> fetch_chart(model::chart_reference wanted) override;
  task<result<wire::release_health>> release_health(model::release_id id, wire::metric_options options) override;
  task<result<wire::deployment_metrics>> deployment_metrics(std::string id, wire::metric_options options) override;
  task<result<wire::metric_change>> compare_metric(std::string id, wire::metric_options options) override;
  task<std::vector<std::string>> not_ready_because() override;
  task<result<wire::checks>> diagnose(wire::doctor_question question) override;
  std::string metrics() override;

 private:
  task<result<model::deployment_request>> request_of(std::string id);  // as it was kept. Errors: not_found, and of unseal_request
  task<result<void>> take_up(std::string id);
  task<void> abandon(std::string id, std::string why);
  // A deployment that nobody is at work on: it has ended, or nobody can carry it on.
  struct resting {
    model::deployment deployment;
    std::string abandoned_because;  // empty: it has ended
  };
  task<result<resting>> find_at_rest(std::string id);
  task<result<model::deployment>> cancel_at_rest(std::string id, std::optional<model::on_cancel> mode, std::string by, std::string reason);
  task<result<model::deployment>> close_abandoned(resting left, model::cancel_request asked);
  task<result<model::deployment>> promote_at_rest(std::string id, model::promotion asked);
  // A new deployment that promotes or removes the canary that one which has ended has left. Errors: conflict when there is none.
  task<result<model::deployment>> decide_left_canary(model::deployment ended, model::request_kind kind, std::string by, std::string reason);
  void count_end(model::phase phase, model::rollback_outcome rollback);
  task<result<void>> check(const model::deployment_request& request);
  task<result<store::admitted>> enter(store::new_deployment wished, model::deployment_request request, store::decide_admission decide);
  result<void> start(model::deployment d, model::deployment_request request);
  task<result<void>> attach(model::deployment d, int run_attempt, std::string principal);
  task<void> run(std::shared_ptr<rollout> r);
  task<void> keep_forgetting();
  task<void> rest();
  task<wire::checks> examine_ourselves();
  task<wire::checks> examine_request(cluster& target, model::deployment_request request);

  // A deployment, and what is measured of it.
  struct measured_deployment {
    model::deployment deployment;
    cluster* at = nullptr;
    model::measured_release measured;
    model::metric_source source;
    std::string service;
    std::string canary_service;  // empty: rolling
  };
  task<result<model::measured_release>> newest_measured(model::release_id id);
  task<result<measured_deployment>> find_measured(std::string id);

  facilities shared_;
  clusters& clusters_;
  sign::secret_box at_rest_;
  followers followers_;
  std::map<std::string, std::shared_ptr<rollout>> running_;
  std::map<std::string, std::string> abandoned_;  // unfinished, and why nobody can carry it on
  task_group running_group_;
  task_group upkeep_;
  uint64_t started_ = 0;
  uint64_t failed_ways_back_ = 0;
  std::map<std::string, uint64_t> ended_by_phase_;  // every final phase from the start: a rate needs the zero before the one
};

model::deployment make_deployment(const model::deployment_request& request, const std::string& principal, const std::string& key);
std::string describe(const model::deployment& d);  // "deploy shop-1.2.3 as default/shop/shop"

// The request as it is kept: sealed, since values hold secrets.
std::string seal_request(const sign::secret_box& box, const model::deployment_request& request);
result<model::deployment_request> unseal_request(const sign::secret_box& box, const std::string& sealed);

}  // namespace leadsman::runner
