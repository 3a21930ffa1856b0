#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/task.hpp"
#include "process/identity.hpp"

namespace leadsman::process {

// What to execute. Nothing is inherited: the environment is exactly `environment`, signal masks and handlers are reset,
// no descriptor but 0, 1 and 2 is open, and the limit of them is what it was before the agent raised its own.
struct command {
  std::string program;                 // a path; PATH is not searched (find_program does that)
  std::vector<std::string> arguments{};  // without the program's own name
  std::map<std::string, std::string> environment{};
  std::string working_dir{};                // empty: the agent's own
  std::optional<std::string> stdin_text{};  // absent: /dev/null
  bool keeps_stdin = false;                 // a pipe that stays open for child::send, instead
};

enum class stream { out, err };

struct capture_limits {
  size_t kept_bytes = 64 * 1024;  // of each stream, the newest; what came before is dropped and said so
  size_t line_bytes = 8 * 1024;   // longer lines reach on_line cut
};

struct exit_status {
  int code = 0;    // of exit(), when signal is 0
  int signal = 0;  // that ended it, or 0

  bool ok() const { return code == 0 && signal == 0; }
  std::string describe() const;  // "ended with exit code 1", "was killed by SIGKILL"
};

struct handlers {
  // Each complete line without its end; also the last one without a newline. On the io_context's thread.
  std::function<void(stream, std::string_view)> on_line{};
  // As soon as a line is longer than line_bytes, whether it ever ends or not; once a line, before its on_line.
  std::function<void(stream)> on_long_line{};
  // The process has ended and its output has been read.
  std::function<void(const result<exit_status>&)> on_end{};
};

// What a canceled wait does with the child. It waits for the end in either case; nothing is left behind.
struct stop_policy {
  enum class mode { wait_only, terminate_then_wait };
  mode on_cancel = mode::wait_only;
  std::optional<std::chrono::milliseconds> kill_after{};  // SIGKILL so long after SIGTERM; absent: never
};

// A started process. It dies with the agent (PR_SET_PDEATHSIG): start it from the thread that lives as long as the agent
// does, which is the io_context's only one. It is reaped as soon as it ends, waited for or not; the handle may be dropped.
class child {
 public:
  const process_identity& identity() const;

  // Returns when the process has ended and its output has been read. When canceled it does what `policy` says, still
  // returns the status, and leaves the cancellation to the caller's next co_await. Errors: internal (status unknown).
  task<result<exit_status>> wait(stop_policy policy = {});

  // As wait, but no longer than `limit`; the process is left as it is. False: it has not ended.
  task<bool> wait_end(std::chrono::milliseconds limit);

  // To its stdin, which it keeps (command::keeps_stdin): at once when it reads, later when it does not, in order. Never
  // blocks; what a process that has ended or closed its stdin was sent is dropped: its end tells.
  void send(std::string text);
  void close_stdin();  // what has not been read by then is lost

  void terminate();  // SIGTERM to the process alone
  void kill();       // SIGKILL to its whole process group
  bool ended() const;

  // What was kept of a stream (see capture_limits).
  std::string_view kept(stream which) const;
  bool truncated(stream which) const;

 private:
  struct state;
  friend result<child> start(asio::any_io_executor, command, capture_limits, handlers);
  explicit child(std::shared_ptr<state> shared) : state_(std::move(shared)) {}
  std::shared_ptr<state> state_;
};

// Errors: not_found (no such program or working directory, named), forbidden (not executable), unavailable (no more
// processes, memory or descriptors).
result<child> start(asio::any_io_executor executor, command what, capture_limits limits = {}, handlers on = {});

// The first executable `name` in the colon-separated `path`; a name with a slash is taken as it is.
// Errors: not_found, forbidden.
result<std::string> find_program(std::string_view name, std::string_view path);

}  // namespace leadsman::process
