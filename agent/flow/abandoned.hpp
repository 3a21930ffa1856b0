#pragma once

#include <string_view>

#include "flow/machine.hpp"

namespace leadsman::flow {

// How a deployment ends that no agent can carry on (`why`) when it is canceled. Nothing is looked at for it: the message
// says so, and what may be true in the cluster as far as the journal tells.
end end_abandoned(const model::deployment& left, std::string_view why, const model::cancel_request& asked);

// How a deployment ends that was broken off between its steps by something that no step can judge. A way back that had
// begun counts as failed, since nobody has proved it.
end end_broken(const model::deployment& left, std::string_view reason, std::string_view why);

}  // namespace leadsman::flow
