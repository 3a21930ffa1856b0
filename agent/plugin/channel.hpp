#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "async/task.hpp"
#include "process/child.hpp"

namespace leadsman::plugin {

// What a plugin may send, so that one cannot fill the agent's memory or its log.
struct channel_limits {
  size_t line_bytes = 4 << 20;  // of an answer
  size_t unread_lines = 16;     // that nobody has received yet
  size_t log_bytes = 256 << 10;  // on stderr, from one question to the next
};

// A plugin's process and the lines to and from it. What breaks the limits is killed at once. The last handle kills, too.
class channel {
 public:
  // Starts `what`; its stdin is a pipe. `on_log` gets the lines of its stderr. Errors: as process::start.
  static result<channel> open(asio::any_io_executor executor, process::command what, channel_limits limits, std::function<void(std::string_view)> on_log);

  void send(std::string_view line);  // adds the end; never waits

  // The next line. Errors, each a sentence without its subject, "ended with exit code 1": timed_out (nothing came in time),
  // unavailable (it ended or was killed, and said nothing more).
  task<result<std::string>> receive(std::chrono::milliseconds limit);

  bool has_unread() const;
  bool broken() const;  // it ended, or was killed
  int pid() const;

  void kill();
  void close_stdin();
  // Closes its stdin and waits for its end; SIGTERM after `patience`, SIGKILL after twice that. Returns how it ended by
  // itself; errors: timed_out when it had to be told.
  task<result<process::exit_status>> close(std::chrono::milliseconds patience);
  // False: it has not ended in time.
  task<bool> wait_end(std::chrono::milliseconds limit);

 private:
  struct state;
  explicit channel(std::shared_ptr<state> shared) : state_(std::move(shared)) {}
  std::shared_ptr<state> state_;
};

}  // namespace leadsman::plugin
