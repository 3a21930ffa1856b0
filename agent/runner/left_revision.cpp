#include "runner/left_revision.hpp"

#include "helm/classify.hpp"

namespace leadsman::runner {

// helm was ended by SIGTERM (an agent that stopped, or one that wanted to act on what it saw and died before it could), or
// by SIGKILL (then an agent before us has marked it, and died before it could make it again), or the API server left it
// alone. None of these says anything about the chart.
static bool was_cut_off(const helm::release& r) {
  if (r.description == k_helm_has_died) return true;
  const helm::failure_class kind = helm::classify(r.description).kind;
  return kind == helm::failure_class::cancelled || kind == helm::failure_class::cluster_unreachable;
}

bool is_made_by(const helm::release& made, const std::string& deployment) {
  const auto label = made.labels.find("leadsman/deployment");
  return label != made.labels.end() && label->second == deployment;
}

left_revision assess_left(const helm::release& newest, const std::string& deployment, int base) {
  if (newest.revision <= base || !is_made_by(newest, deployment)) return left_revision::nothing;
  if (helm::is_pending(newest.status)) return left_revision::interrupted;
  if (newest.status == helm::release_status::deployed) return left_revision::deployed;
  return was_cut_off(newest) ? left_revision::interrupted : left_revision::failed;
}

}  // namespace leadsman::runner
