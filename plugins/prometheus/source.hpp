#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "net/client.hpp"
#include "plugins/prometheus/query.hpp"

namespace leadsman::prometheus {

// Asks over HTTP, one question at a time, and keeps the connection for the next one to the same address.
class source {
 public:
  explicit source(operators_choice operators);

  // `metric.query`. Throws refusals: see read_query and read_reply; and failed as unreachable, timed_out or rejected when
  // there is no answer.
  json ask(const json& params);

 private:
  net::client& client_of(const std::string& address);
  net::response exchange(const query& asked);

  operators_choice operators_;
  asio::io_context io_;
  std::string address_;
  std::unique_ptr<net::client> client_;
};

}  // namespace leadsman::prometheus
