#include "runner/side.hpp"

#include "runner/canary/examine.hpp"
#include "runner/post_rendering.hpp"
#include "runner/reach_check.hpp"

namespace leadsman::runner {

model::release_id release_of(const rollout& r, side which) {
  return which == side::canary ? model::canary_of(r.release()) : r.release();
}

helm::release_ref helm_release_of(const rollout& r, side which) {
  const model::release_id id = release_of(r, which);
  return {id.name_space, id.name, r.target.context};
}

const helm::prepared_values& values_of(const rollout& r, side which) { return which == side::canary ? r.canary_values : r.values; }

std::string post_rendering_of(const rollout& r, side which) {
  post_rendering how;
  how.limits = limits_of_upgrade(r);
  if (which == side::canary) how.twin = examined_canary(r).make;
  return to_word(how);
}

}  // namespace leadsman::runner
