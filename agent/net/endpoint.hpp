#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace leadsman::net {

enum class scheme { http,
                    https,
                    unix_socket };

// Where a server listens.
struct endpoint {
  net::scheme scheme = scheme::http;
  std::string host;         // name or address without brackets; empty for a Unix socket
  uint16_t port = 0;        // 0 for a Unix socket
  std::string socket_path;  // only for a Unix socket
  std::string base_path;    // put before every request target: "/k8s/clusters/c-1", without a slash at the end

  friend bool operator==(const endpoint&, const endpoint&) = default;
};

// "https://host[:port][/base]", "http://…", "unix:/run/leadsman.sock". Credentials, queries and fragments are refused.
// Errors: invalid_input.
result<endpoint> parse_endpoint(std::string_view url);

// "https://[::1]:6443/base", "unix:/run/leadsman.sock"
std::string to_string(const endpoint& at);

// The Host header: the port only when it is not the scheme's own.
std::string host_header(const endpoint& at);

}  // namespace leadsman::net
