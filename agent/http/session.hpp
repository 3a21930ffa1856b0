#pragma once

#include <boost/asio/cancellation_signal.hpp>

#include <cstdint>
#include <memory>
#include <string>

#include "http/connection.hpp"
#include "http/metrics.hpp"
#include "http/options.hpp"
#include "http/route.hpp"

namespace leadsman::http {

struct framed_text {
  std::string plain;
  std::string chunk;  // as one chunk of HTTP/1.1
};

// The events that were last written to a follower, ready for the next.
struct last_news {
  std::string deployment{};
  uint64_t after = 0;
  uint64_t newest = 0;
  bool ended = false;
  std::shared_ptr<const framed_text> text{};
};

// What all sessions share; they hold it together, so that it lasts as long as the last of them.
struct server_context {
  server_options options;
  runner::service& service;
  const auth::authenticator& access;
  server_metrics metrics{};
  last_news news{};
  bool stopping = false;
};

// How the server reaches a session. The signal may be emitted gently only while the session waits for something that
// may never come: the next request, the next event. What it does then is up to it.
struct session_slot {
  asio::cancellation_signal interrupt;
  bool waiting = false;
};

struct session_arguments {
  std::shared_ptr<server_context> app;
  std::shared_ptr<connection> wire;
  std::shared_ptr<session_slot> slot;
  bool overloaded = false;  // answers 503, whatever is asked
};

// One connection, from its first request to its last.
task<void> run_session(session_arguments with);

}  // namespace leadsman::http
