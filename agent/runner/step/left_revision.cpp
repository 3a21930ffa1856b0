#include "runner/step/left_revision.hpp"

namespace leadsman::runner {

// helm was ended by SIGTERM, which says nothing about the chart: an agent that stopped, or one that wanted to act on what
// it saw and died before it could.
static bool was_ended_by_signal(const helm::release& r) { return r.description.find("context canceled") != std::string::npos; }

bool is_made_by(const helm::release& made, const std::string& deployment) {
  const auto label = made.labels.find("leadsman/deployment");
  return label != made.labels.end() && label->second == deployment;
}

left_revision assess_left(const helm::release& newest, const std::string& deployment, int base) {
  if (newest.revision <= base || !is_made_by(newest, deployment)) return left_revision::nothing;
  if (helm::is_pending(newest.status)) return left_revision::interrupted;
  if (newest.status == helm::release_status::deployed) return left_revision::deployed;
  return was_ended_by_signal(newest) ? left_revision::interrupted : left_revision::failed;
}

}  // namespace leadsman::runner
