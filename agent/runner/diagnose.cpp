#include "runner/chart.hpp"
#include "runner/doctor/cluster.hpp"
#include "runner/doctor/deployment.hpp"
#include "runner/doctor/helm.hpp"
#include "runner/id.hpp"
#include "runner/rollouts.hpp"

namespace leadsman::runner {

task<std::vector<std::string>> rollouts::not_ready_because() {
  std::vector<std::string> why;
  const auto stored = co_await shared_.store.has_chart(std::string(64, '0'));
  if (!stored) why.push_back("the store does not answer: " + stored.error().message);
  co_return why;
}

// What the agent is made of, whatever is to be deployed.
task<wire::checks> rollouts::examine_ourselves() {
  wire::checks rows = wire::only(wire::well("version", "agent " LEADSMAN_VERSION));
  auto examined = co_await shared_.store.examine();
  if (examined) wire::append(rows, std::move(*examined));
  else rows.push_back(wire::wrong("store", examined.error().message, "look at the agent's log and at its state folder"));
  const helm_sight seen = co_await look_at_helm(shared_.helm, shared_.blocking);
  rows.push_back(judge_helm(seen));
  co_return rows;
}

task<wire::checks> rollouts::examine_request(cluster& target, model::deployment_request request) {
  model::deployment unsaved;
  unsaved.id = "doctor-" + make_id(leadsman::now());
  unsaved.release = request.release;
  const auto r = std::make_shared<rollout>(shared_, target, unsaved, std::move(request), followers_);
  auto examining = examine_deployment(*r);
  wire::checks rows = co_await std::move(examining);
  remove_chart(*r);
  co_return rows;
}

task<result<wire::checks>> rollouts::diagnose(wire::doctor_question question) {
  if (question.deployment) LEADSMAN_CO_CHECK(co_await check(*question.deployment));
  wire::checks rows = co_await examine_ourselves();
  const auto target = clusters_.find(question.where.cluster);
  if (!target) {
    rows.push_back(wire::wrong("cluster", target.error().message, "name one of those, or add it to the agent's configuration"));
    co_return rows;
  }
  kube::client& api = *(*target)->api;
  const cluster_sight seen = co_await look_at_cluster(api, question.where.cluster);
  wire::append(rows, judge_cluster(seen));
  if (!seen.answer) co_return rows;
  wire::checks more;
  if (question.deployment) more = co_await examine_request(**target, std::move(*question.deployment));
  else if (!question.where.name_space.empty()) more = co_await examine_namespace(api, question.where.name_space);
  wire::append(rows, std::move(more));
  co_return rows;
}

}  // namespace leadsman::runner
