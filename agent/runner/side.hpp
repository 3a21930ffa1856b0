#pragma once

#include "runner/rollout.hpp"

namespace leadsman::runner {

// The release that a helm command is about: the one that was asked for, or its canary beside it.
enum class side { stable, canary };

model::release_id release_of(const rollout& r, side which);
helm::release_ref helm_release_of(const rollout& r, side which);
const helm::prepared_values& values_of(const rollout& r, side which);

// What is done to what helm renders for it.
std::string post_rendering_of(const rollout& r, side which);

}  // namespace leadsman::runner
