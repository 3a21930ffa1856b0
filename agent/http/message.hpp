#pragma once

#include <nlohmann/json.hpp>
#include <sys/types.h>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "sign/http_signature.hpp"

namespace leadsman::http {

struct request {
  std::string method;
  std::string path;   // as on the wire, percent-encoded
  std::string query;  // the same, without "?"
  sign::header_list headers;
  std::string body;
  int minor_version = 1;  // of HTTP/1.x
  bool keep_alive = true;
  std::optional<uid_t> peer;  // of a Unix socket

  // All lines of a header, joined; absent when there is none.
  std::optional<std::string> header(std::string_view name) const;
};

// Where a follower is in a deployment's events.
struct event_cursor {
  std::string deployment;
  uint64_t after = 0;
};

struct response {
  int status = 200;
  sign::header_list headers{};  // Date, Content-Length and Connection are written by the session
  std::string body{};
  std::optional<event_cursor> events{};  // instead of a body: from here on as they happen
};

// A value, or what to answer instead.
template <class T>
using answer = std::expected<T, response>;

response json_response(int status, const nlohmann::json& body);
response text_response(int status, std::string body, std::string content_type);

// RFC 9457. `status` is for the few that errc has no word for (405, 408, 415, 431); 0 is the one of the error.
response problem_response(const error& e, int status = 0);

// The status line and the headers. `content_length` is absent for a chunked body, or one that ends with the connection.
struct framing {
  std::optional<size_t> content_length;
  bool chunked = false;
  bool keep_alive = true;
};
std::string serialize_head(const response& r, const framing& how);

std::string_view reason_phrase(int status);

}  // namespace leadsman::http
