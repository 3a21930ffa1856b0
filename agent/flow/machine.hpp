#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>

#include "flow/outcome.hpp"
#include "model/deployment.hpp"

namespace leadsman::flow {

// All that the next decision depends on. No clock: what has timed out is a step's outcome.
struct situation {
  model::request_kind kind = model::request_kind::deploy;
  model::policy policy;
  const model::canary* canary = nullptr;  // null: rolling
  bool measures_release = false;          // gates after the upgrade and its tests
  std::span<const model::step_record> steps;
  std::optional<model::cancel_request> cancel;
  std::optional<model::promotion> promote;
  bool superseded = false;          // a newer deployment of the same release asked us to make way
  bool first_installation = false;  // from the plan
  std::optional<int> way_back;      // from the plan: the revision to return to
  bool clears_last = false;         // from the plan: that canary serves until stable is proved good again
  std::optional<int> left_weight;   // from the plan: of the canary that an earlier deployment has left; absent: there is none
};

struct perform {
  model::step_kind step;
  int attempt;
  bool resumed;               // it was intended before; look what has become of it before acting
  std::optional<int> weight;  // percent, of the steps of a canary

  bool operator==(const perform&) const = default;
};

struct pause {
  bool operator==(const pause&) const = default;
};

struct end {
  model::phase phase;
  std::string reason;
  std::string message;
  model::rollback_outcome rollback = model::rollback_outcome::none;
  bool leaves_canary = false;  // somebody has to promote or to remove it

  bool operator==(const end&) const = default;
};

using decision = std::variant<perform, pause, end>;

// What to do now. Every (step, outcome) that the table knows has an answer; one that it does not is a defect and ends the
// deployment as failed with InternalError.
decision next(const situation& now);

// The outcomes that a step can have; a test holds the table against it.
std::span<const outcome> outcomes_of(model::step_kind step);

// The phase that is shown while a step is performed.
model::phase phase_of(const situation& now, model::step_kind step);

// True while nothing but the way forward has been done: supersede and cancel are heard here.
bool is_on_way_forward(std::span<const model::step_record> steps);

}  // namespace leadsman::flow
