#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "async/task.hpp"
#include "net/message.hpp"

namespace leadsman::net {

class connection;
class response_reader;

struct stream_timeouts {
  std::chrono::milliseconds header = std::chrono::seconds(30);  // from the call to the response's headers
};

// A response whose body is read while it grows: a watch, a pod's log, server-sent events. Owns its connection, which is
// closed with it.
class body_stream {
 public:
  body_stream(std::unique_ptr<connection> wire, std::unique_ptr<response_reader> reader);
  ~body_stream();

  int status() const { return status_; }
  const header_list& headers() const { return headers_; }

  // The next bytes as soon as there are some; nullopt when the server ended the body properly. Errors: timed_out after
  // `idle_timeout` without a byte, unavailable when the connection broke, canceled.
  task<result<std::optional<std::string>>> read_some(std::chrono::milliseconds idle_timeout);

  // Everything that is left, at most `limit` bytes (the rest is left unread): for the body of an error answer.
  task<result<std::string>> read_all(size_t limit, std::chrono::milliseconds idle_timeout);

 private:
  std::unique_ptr<connection> connection_;
  std::unique_ptr<response_reader> reader_;
  int status_ = 0;
  header_list headers_;
};

}  // namespace leadsman::net
