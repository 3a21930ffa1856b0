#pragma once

#include <cstdint>
#include <optional>

#include "wire/json.hpp"

// What `leadsman plan` says beyond the plan that is kept with a deployment.
namespace leadsman::wire {

// How long something takes, as far as it is known.
struct expected_time {
  int64_t least_ms = 0;
  std::optional<int64_t> most_ms;  // absent: nobody can say
  bool by_hand = false;            // it waits until somebody promotes it
  bool measured = false;           // rests on what earlier deployments took

  bool operator==(const expected_time&) const = default;
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(expected_time, least_ms, most_ms, by_hand, measured)

}  // namespace leadsman::wire
