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

std::optional<std::string> why_no_retry(const model::deployment& d) {
  const std::string name = "deployment " + d.id;
  if (!model::is_final(d.state.phase)) return name + " is still under way (" + std::string(model::word_of(model::k_phase, d.state.phase)) + "); follow it with: leadsman follow " + d.id;
  if (d.state.phase == model::phase::succeeded) return name + " has succeeded (" + d.state.reason + "): there is nothing to try again";
  return std::nullopt;
}

model::admission assess_retry(const std::optional<model::deployment>& newest, std::string_view id) {
  return newest && newest->id != id ? model::admission::attach : model::admission::create;
}

}  // namespace leadsman::flow
