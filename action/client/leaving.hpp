#pragma once

#include <chrono>

namespace leadsman::action {

// What is known when a client that follows a deployment has been told to go.
struct leaving_facts {
  bool ended = false;       // the deployment's last event was shown
  bool asked = false;       // a signal came
  bool must_go = false;     // SIGTERM, or SIGINT a second time
  bool cancels = true;      // `follow` only looks
  bool embedded = false;    // the agent ends with us
  bool paused = false;      // nothing more happens by itself
  enum class cancel_request { none, on_its_way, answered } cancel = cancel_request::none;
  std::chrono::milliseconds since_first{};  // signal
  std::chrono::milliseconds since_last{};   // signal
};

enum class leaving_move {
  wait,         // for an event, a signal or `again_in`
  send_cancel,
  leave,        // without knowing the end
  finish,       // the end is known
};

struct leaving_decision {
  leaving_move move = leaving_move::wait;
  std::chrono::milliseconds again_in = std::chrono::hours(1);

  bool operator==(const leaving_decision&) const = default;
};

// GitHub's runner leaves 7.5 s from SIGINT to SIGTERM: the cancel request has 2 s, then the deployment is followed until
// 6 s have passed. With an embedded agent the way back happens only as long as we stay, so we stay until SIGTERM,
// or until it is paused.
leaving_decision decide_leaving(const leaving_facts& facts);

}  // namespace leadsman::action
