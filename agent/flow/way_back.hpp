#pragma once

#include "flow/machine.hpp"

namespace leadsman::flow {

// After a step that failed: nobody is kept at a bad canary while somebody looks why it is bad.
decision leave_forward(const situation& now);

// What comes next once the way forward was left: a step of the way back, or the end of it.
decision take_way_back(const situation& now);

// After a step of the way back, or after the canary was removed.
decision after_home(const situation& now);
decision after_removal(const situation& now);
decision after_proof(const situation& now);

// Where it ends when both are kept, and where somebody wants it left as it is.
end end_with_both(const situation& now);
end end_as_it_is(const situation& now);

// How a deployment ends whose last step has ended it.
decision finish(const situation& now);
decision end_without_effect(const situation& now);

end ended(model::phase final_phase, std::string_view why, std::string message,
          model::rollback_outcome rollback = model::rollback_outcome::none);
perform begin(const situation& now, model::step_kind step);

}  // namespace leadsman::flow
