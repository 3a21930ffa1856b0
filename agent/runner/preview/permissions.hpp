#pragma once

#include "runner/permission/needs.hpp"
#include "runner/rollout.hpp"
#include "wire/check.hpp"

namespace leadsman::runner {

// The permissions that a deployment lacks, with the Role that grants them; `denied` may name one twice.
task<wire::check> permission_row(rollout& r, std::vector<permission> denied);

}  // namespace leadsman::runner
