#pragma once

#include <memory>
#include <optional>
#include <string>

#include "http/connection.hpp"
#include "http/message.hpp"
#include "http/options.hpp"

namespace leadsman::http {

// Reads the requests of one connection, one after the other, never more of one than is allowed.
class request_reader {
 public:
  request_reader(connection& wire, const server_limits& limits);  // both outlive the reader
  ~request_reader();

  // The next request, without its body; absent when the client is gone or silent for too long. Otherwise what to answer
  // before closing: 400, 408, 431.
  task<answer<std::optional<request>>> read_head();

  // 413, before anything is read, when the client announces more than `limit`.
  answer<void> check_announced(size_t limit) const;

  // Says "100 Continue" to clients that wait for it. What to answer before closing: 400, 408, 413.
  task<answer<std::string>> read_body(size_t limit);

  // A body is (partly) unread: the connection can't be used for another request.
  bool has_unread_body() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace leadsman::http
