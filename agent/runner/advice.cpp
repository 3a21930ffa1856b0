#include "runner/advice.hpp"

namespace leadsman::runner {

std::string advise(const flow::end& ended, const model::release_id& release) {
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
    case model::phase::rolled_back: return "mend the cause and deploy again; the release is as it was";
    case model::phase::declined: return "nothing was changed";
    default: return "";
  }
}

}  // namespace leadsman::runner
