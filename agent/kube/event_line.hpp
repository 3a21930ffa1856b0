#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "kube/object_ref.hpp"

namespace leadsman::kube {

// What the cluster reported about one object, however often it did.
struct event_line {
  std::string type;       // Warning, Normal
  std::string reason;     // "BackOff", "Unhealthy"
  std::string object;     // "Pod web-1"
  std::string container;  // when it is about one
  std::string message;
  int count = 1;
  wall_time last{};

  friend bool operator==(const event_line&, const event_line&) = default;
};

// Of the core/v1 events of a namespace those about `objects` (by uid, so that a namesake's are left out), the same
// message once, newest first.
std::vector<event_line> collect_event_lines(const std::vector<json>& events, const std::vector<const json*>& objects);

}  // namespace leadsman::kube
