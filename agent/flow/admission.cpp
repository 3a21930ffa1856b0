#include "flow/admission.hpp"

namespace leadsman::flow {

model::admission assess_admission(const std::optional<model::deployment>& newest, std::string_view request_digest,
                           int run_attempt) {
  if (!newest) return model::admission::create;
  const bool same_content = newest->request_digest == request_digest;
  const bool ended = model::is_final(newest->state.phase);
  const bool later_attempt = run_attempt > newest->origin.run_attempt;
  if (!same_content) return ended && later_attempt ? model::admission::create : model::admission::conflict;
  const bool ended_badly = ended && newest->state.phase != model::phase::succeeded;
  return ended_badly && later_attempt ? model::admission::create : model::admission::attach;
}

}  // namespace leadsman::flow
