#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <chrono>
#include <vector>

#include "async/task.hpp"
#include "net/endpoint.hpp"

namespace leadsman::net {

using deadline = std::chrono::steady_clock::time_point;
using socket_address = asio::generic::stream_protocol::endpoint;

// Where to connect to, in the order to try. An address that is written as a number is not looked up.
// Errors: unavailable (no such name), timed_out, canceled.
task<result<std::vector<socket_address>>> resolve(endpoint at, deadline until);

}  // namespace leadsman::net
