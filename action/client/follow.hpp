#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "action/client/api.hpp"
#include "action/output/view.hpp"

namespace leadsman::action {

struct follow_settings {
  std::chrono::milliseconds read_deadline = std::chrono::seconds(45);  // three missed heartbeats
  std::chrono::milliseconds patience = std::chrono::minutes(10);       // since anything was last heard
  std::function<result<void>()> check_agent{};                         // an embedded agent that died is not waited for
  std::function<void(const model::event&)> on_event{};                 // after it was shown
};

struct ended {
  model::phase phase = model::phase::failed;
  model::rollback_outcome rollback = model::rollback_outcome::none;
};

// Shows every event of a deployment from its first to its last, each once, whatever happens to the connection.
// Errors: unavailable (patience is over; the message says how to follow later), not_found, unauthenticated, forbidden,
// what check_agent says, canceled.
task<result<ended>> follow(api& agent, std::string id, view& out, follow_settings settings);

}  // namespace leadsman::action
