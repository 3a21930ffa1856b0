#pragma once

#include <memory>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "auth/authenticator.hpp"
#include "http/options.hpp"
#include "runner/service.hpp"

namespace leadsman::http {

// The agent's API. Lives on the io_context's thread; service and authenticator outlive it.
class server {
 public:
  server(asio::any_io_executor executor, server_options options, runner::service& service,
         const auth::authenticator& authenticator);
  ~server();  // stopped before, or never started
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  // Listens on all addresses, or on none. Errors: invalid_input (an address or the TLS files), refused (not loopback
  // without TLS; a socket's folder that others may enter), conflict (somebody else listens there), unavailable.
  result<void> start();

  // No new connections; requests in work are answered, event streams end so that their readers come back later.
  task<void> stop();

  // Where it listens, with the ports that were free: "http://127.0.0.1:41234", "unix:/run/leadsman/agent.sock".
  std::vector<std::string> addresses() const;

  // Prometheus text of the server's own counters; GET /metrics adds it to the service's.
  std::string metrics_text() const;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace leadsman::http
