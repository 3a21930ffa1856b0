#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "model/canary.hpp"
#include "plan/rolling.hpp"

namespace leadsman::plan {

// How long something takes, as far as it is known.
struct expectation {
  std::chrono::milliseconds least{0};
  std::optional<std::chrono::milliseconds> most = std::chrono::milliseconds(0);  // absent: nobody can say
  bool by_hand = false;   // it waits until somebody promotes it
  bool measured = false;  // rests on what earlier deployments took, beside what is written

  bool operator==(const expectation&) const = default;
};

// One after the other.
expectation operator+(const expectation& a, const expectation& b);

// What a step took in one earlier deployment of the same release.
struct past_step {
  model::step_kind kind;
  std::chrono::milliseconds took;
};

// Of one deployment that went well.
using past_deployment = std::vector<past_step>;

struct timed_step {
  expectation begins;  // since the deployment began to work
  expectation takes;
};

struct timeline {
  std::vector<timed_step> steps;  // as many as the plan has, in their order
  expectation whole;
  int deployments = 0;  // how many earlier ones it rests on
};

// More says more about how it was than about how it will be.
inline constexpr size_t k_past_deployments = 5;

// What is written is known: pauses, and how long metrics are measured at most, as long as their source answers. The rest
// is the median of what the newest deployments in `past` (newest first) took for the same kind of step; without one it is
// not known, and no number is made up. `gates` are those after the upgrade. Failures, and waiting for another deployment of the release, are not in it. Pure.
timeline make_timeline(const std::vector<planned_step>& steps, const std::optional<model::canary>& canary, const std::vector<model::gate>& gates, const std::vector<past_deployment>& past);

}  // namespace leadsman::plan
