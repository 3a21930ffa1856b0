#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "net/endpoint.hpp"

namespace leadsman::net {

using header_list = std::vector<std::pair<std::string, std::string>>;

struct request {
  std::string method = "GET";
  std::string target = "/";  // path and query, already percent-encoded; the endpoint's base path comes before it
  header_list headers{};     // Content-Length, User-Agent and Connection are written by the client; Host, too, unless it is here
  std::string body{};
  // May be sent a second time when a kept connection turns out closed. Unset: GET, HEAD, PUT, DELETE and OPTIONS may.
  std::optional<bool> repeatable{};
};

struct response {
  int status = 0;
  header_list headers;
  std::string body;

  // The first header of that name in any case; empty when absent.
  std::string_view header(std::string_view name) const;
};

std::string_view find_header(const header_list& headers, std::string_view name);

// What the Date header says (RFC 9110, to the second); absent when there is none, or it is not a date.
std::optional<wall_time> date_of(const header_list& headers);

// Percent-encodes everything but unreserved characters (RFC 3986): for one path segment or one query value.
std::string percent_encode(std::string_view text);

// The head of `r` as sent to `at`. Errors: invalid_input when a method, target or header could break out of its line.
result<std::string> serialize_head(const request& r, const endpoint& at);

bool is_repeatable(const request& r);

}  // namespace leadsman::net
