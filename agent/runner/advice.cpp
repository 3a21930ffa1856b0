#include "runner/advice.hpp"

namespace leadsman::runner {

std::string advise(const flow::end& ended, const model::release_id& release, const std::string& id) {
  const std::string removal = "remove the canary with: leadsman abort " + id + " --reason TEXT";
  if (ended.reason == model::reason::k_abandoned || ended.reason == model::reason::k_internal) {
    return "look at the release yourself: leadsman status " + release.name + " --namespace " + release.name_space + ", and helm history";
  }
  switch (ended.phase) {
    case model::phase::failed:
      if (ended.rollback == model::rollback_outcome::failed) {
        return "the cluster is NOT as it was: see the proof and evidence above, mend it, then deploy again";
      }
      return "mend the cause and deploy again";
    case model::phase::kept: return "go back with: leadsman rollback --release " + release.name + " --namespace " + release.name_space;
    case model::phase::rolled_back: return "mend the cause and deploy again; the release is as it was" + (ended.leaves_canary ? "; " + removal : "");
    case model::phase::declined: return "nothing was changed";
    default: return ended.leaves_canary ? "make the canary stable with: leadsman promote " + id + "; or " + removal : "";
  }
}

}  // namespace leadsman::runner
