#pragma once

#include <memory>
#include <optional>
#include <string>

#include "action/client/api.hpp"
#include "action/command/context.hpp"
#include "action/embed/embedded_agent.hpp"
#include "action/embed/private_folder.hpp"

namespace leadsman::action {

// A way to an agent: one that runs somewhere, or our own. Ends our own with it.
struct session {
  std::optional<private_folder> folder;  // outlives the agent that works in it
  std::unique_ptr<embedded_agent> embedded;
  std::unique_ptr<api> agent;
  std::string address;  // for people; empty: embedded

  bool is_embedded() const { return embedded != nullptr; }
};

// What an embedded agent is started with; files that it needs are written into `folder`. Errors: invalid_input (kubeconfig,
// state folder), not_found (no leadsman-agent), internal.
result<embedded_settings> prepare_embedded(const context& c, const private_folder& folder);

// `address` empty: starts an embedded agent. Errors: invalid_input (address, key, kubeconfig), not_found (no
// leadsman-agent), unavailable (it does not start).
task<result<std::unique_ptr<session>>> open_session(context& c, std::string address, std::chrono::milliseconds retry_for);

// For questions: a short wait for an agent that does not answer. For changes: long enough for it to be restarted.
inline constexpr std::chrono::milliseconds k_retry_question = std::chrono::seconds(3);
inline constexpr std::chrono::milliseconds k_retry_change = std::chrono::seconds(20);

// For verbs that name a deployment: a thrown-away agent knows none. Errors: invalid_input.
result<std::string> find_agent_of_deployment(const context& c);

}  // namespace leadsman::action
