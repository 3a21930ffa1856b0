#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "model/words.hpp"

namespace leadsman::model {

enum class event_kind {
  created,   // accepted: the request as understood
  attached,  // a caller with the same key came (again)
  waiting,   // who holds the release
  planned,   // the plan
  phase,     // phase, reason or message changed
  step,      // a step began or ended
  workload,  // progress of one workload
  log,       // lines of a test pod
  weight,    // the canary's weight was set, accepted, or is in effect
  measurement,  // one look at one metric
  verdict,      // what the metrics of a step say together
  warning,   // something the user should know; the rollout goes on
  evidence,  // why it failed
  proof,     // one rollback proved, check by check
  cancel,    // somebody asked to stop
  promote,   // somebody asked to go on, or all the way
  finished,  // the last one: how it ended
};

inline constexpr word<event_kind> k_event_kind[]{
    {"created", event_kind::created},   {"attached", event_kind::attached}, {"waiting", event_kind::waiting},
    {"planned", event_kind::planned},   {"phase", event_kind::phase},       {"step", event_kind::step},
    {"workload", event_kind::workload}, {"log", event_kind::log},           {"weight", event_kind::weight},
    {"measurement", event_kind::measurement}, {"verdict", event_kind::verdict}, {"warning", event_kind::warning},
    {"evidence", event_kind::evidence}, {"proof", event_kind::proof},       {"cancel", event_kind::cancel},
    {"promote", event_kind::promote},   {"finished", event_kind::finished}};

// Something that happened. Numbered per deployment from 1, without gaps, never renumbered.
struct event {
  uint64_t seq = 0;  // given by the store
  wall_time at{};
  event_kind kind = event_kind::created;
  std::string message;  // a line for people
  std::string data;     // JSON text of the kind's own struct (wire/events.hpp)

  bool operator==(const event&) const = default;
};

}  // namespace leadsman::model
