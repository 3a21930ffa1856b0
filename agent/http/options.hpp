#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace leadsman::http {

struct listen_address {
  std::string host{};         // a numeric address, or "localhost"; empty for a Unix socket
  uint16_t port = 0;          // 0: any free one
  std::string socket_path{};  // absolute

  bool operator==(const listen_address&) const = default;
};

// "127.0.0.1:8080", "[::]:8443", "localhost:0", "unix:/run/leadsman/agent.sock". Errors: invalid_input.
result<listen_address> parse_listen_address(std::string_view text);
std::string to_string(const listen_address& at);

struct tls_files {
  std::string certificate;  // PEM, with its chain
  std::string key;
};

struct server_limits {
  size_t header = 16 * 1024;        // bytes of request line and headers; bodies are limited per route (route.cpp)
  size_t max_connections = 2048;    // event streams included; beyond: 503
  std::chrono::milliseconds header_timeout = std::chrono::seconds(10);  // from the first byte to the end of the head
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(75);    // between two requests of a connection
  std::chrono::milliseconds progress_timeout = std::chrono::seconds(30);  // a body or an answer that stands still
  std::chrono::milliseconds body_timeout = std::chrono::minutes(5);       // a whole body
  std::chrono::milliseconds stop_timeout = std::chrono::seconds(10);      // for requests in work when the server stops
};

struct server_options {
  std::vector<listen_address> listen;
  std::optional<tls_files> tls{};  // for all TCP addresses
  bool behind_proxy = false;       // something in front of a non-loopback address speaks TLS for us
  std::chrono::milliseconds heartbeat = std::chrono::seconds(10);  // of an event stream in which nothing happens
  server_limits limits{};
};

}  // namespace leadsman::http
