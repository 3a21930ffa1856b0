#pragma once

#include <vector>

#include "plan/rolling.hpp"

namespace leadsman::runner {

// Whether the newest revision (`history` is oldest first) was left pending by a helm of ours that is dead. Only a
// deployment of ours counts: its label is another one than that of the revision before, since helm carries labels over to
// revisions that others make. Its helm dies before its lease can be taken by us, so whoever asks with the lease knows.
bool pending_is_dead(const std::vector<plan::observed_revision>& history);

}  // namespace leadsman::runner
