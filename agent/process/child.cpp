#include "process/child.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>
#include <boost/process/v2/process_handle.hpp>

#include <fmt/format.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "async/notifier.hpp"
#include "base/text.hpp"
#include "process/launcher.hpp"
#include "process/line_capture.hpp"

namespace leadsman::process {

namespace {

using handle = boost::process::v2::basic_process_handle<asio::any_io_executor>;

// A grandchild may hold the pipes open after its parent has ended; its output is not waited for longer than this.
constexpr std::chrono::milliseconds k_drain_limit{2000};

}  // namespace

// Shared by the handle and the coroutines that read, write and reap, so that each may end last.
struct child::state {
  state(asio::any_io_executor on, process_identity who, const launched& fds, capture_limits limits, handlers heard)
      : identity(std::move(who)),
        process(on, identity.pid),
        changed(on),
        kill_timer(on),
        out_pipe(on, fds.stdout_fd),
        err_pipe(on, fds.stderr_fd),
        in_pipe(on),
        out(limits.kept_bytes, limits.line_bytes, forward(heard.on_line, stream::out), forward(heard.on_long_line, stream::out)),
        err(limits.kept_bytes, limits.line_bytes, forward(heard.on_line, stream::err), forward(heard.on_long_line, stream::err)),
        on_end(std::move(heard.on_end)) {
    if (fds.stdin_fd >= 0) in_pipe.assign(fds.stdin_fd);
  }

  template <class... Args>
  static std::function<void(Args...)> forward(const std::function<void(stream, Args...)>& handler, stream which) {
    if (!handler) return {};
    return [handler, which](Args... args) { handler(which, args...); };
  }

  bool finished() const { return ended && open_streams == 0; }

  process_identity identity;
  handle process;
  notifier changed;
  asio::steady_timer kill_timer;
  asio::posix::stream_descriptor out_pipe, err_pipe, in_pipe;
  line_capture out, err;
  std::function<void(const result<exit_status>&)> on_end;
  std::string unsent;    // of what stdin was sent
  bool sending = false;  // a coroutine is at it
  int open_streams = 2;
  bool ended = false;
  result<exit_status> status = fail(errc::internal, "The process has not ended yet.");
};

std::string exit_status::describe() const {
  if (signal == 0) return fmt::format("ended with exit code {}", code);
  const char* name = ::sigabbrev_np(signal);
  return name ? fmt::format("was killed by SIG{}", name) : fmt::format("was killed by signal {}", signal);
}

namespace {

exit_status decode_status(int native) {
  if (WIFSIGNALED(native)) return {.code = 0, .signal = WTERMSIG(native)};
  return {.code = WEXITSTATUS(native), .signal = 0};
}

// The functions below are coroutines that take the state by value: they keep it alive.
template <class State>
task<void> read_stream(std::shared_ptr<State> self, asio::posix::stream_descriptor& pipe, line_capture& capture) {
  std::array<char, 16 * 1024> buffer;
  while (true) {
    const auto [failure, size] = co_await pipe.async_read_some(asio::buffer(buffer), no_throw);
    if (failure) break;
    capture.feed({buffer.data(), size});
  }
  capture.finish();
  --self->open_streams;
  self->changed.notify();
}

template <class State>
task<void> write_stdin(std::shared_ptr<State> self, std::string text) {
  // The process may close its end early; what it does then shows in its exit code.
  co_await asio::async_write(self->in_pipe, asio::buffer(text), no_throw);
  self->in_pipe.close();
}

// Writes until nothing is left, so that there is one at a time.
template <class State>
task<void> send_unsent(std::shared_ptr<State> self) {
  while (!self->unsent.empty()) {
    const std::string text = std::exchange(self->unsent, {});
    const auto [failure, size] = co_await asio::async_write(self->in_pipe, asio::buffer(text), no_throw);
    if (failure) self->unsent.clear();
  }
  self->sending = false;
}

template <class State>
task<void> reap(std::shared_ptr<State> self) {
  const auto [failure, native] = co_await self->process.async_wait(no_throw);
  self->kill_timer.cancel();
  self->ended = true;
  if (failure) {
    self->status = fail(errc::internal, fmt::format("The end of process {} could not be seen: {}.", self->identity.pid, failure.message()));
  } else {
    self->status = decode_status(native);
  }
  self->changed.notify();
  for (const auto deadline = asio::steady_timer::clock_type::now() + k_drain_limit; self->open_streams > 0;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - asio::steady_timer::clock_type::now());
    if (left.count() <= 0) break;
    co_await self->changed.wait_change(self->changed.version(), left);
  }
  boost::system::error_code ignored;
  self->out_pipe.close(ignored);
  self->err_pipe.close(ignored);
  self->in_pipe.close(ignored);
  // What the handlers hold may hold the process: they are let go.
  self->out.stop();
  self->err.stop();
  if (const auto on_end = std::exchange(self->on_end, {})) on_end(self->status);
}

}  // namespace

const process_identity& child::identity() const { return state_->identity; }
bool child::ended() const { return state_->ended; }
std::string_view child::kept(stream which) const { return which == stream::out ? state_->out.kept() : state_->err.kept(); }
bool child::truncated(stream which) const {
  return which == stream::out ? state_->out.truncated() : state_->err.truncated();
}

void child::send(std::string text) {
  if (!state_->in_pipe.is_open()) return;
  state_->unsent += text;
  if (std::exchange(state_->sending, true)) return;
  spawn(state_->in_pipe.get_executor(), "stdin of a child", [shared = state_] { return send_unsent(shared); });
}

void child::close_stdin() {
  boost::system::error_code ignored;
  state_->in_pipe.close(ignored);
}

// Until it has been reaped the pid is its own, so that no signal reaches another process.
void child::terminate() {
  if (!state_->ended) ::kill(state_->identity.pid, SIGTERM);
}

void child::kill() {
  if (state_->ended) return;
  if (::kill(-state_->identity.pid, SIGKILL) != 0) ::kill(state_->identity.pid, SIGKILL);
}

task<result<exit_status>> child::wait(stop_policy policy) {
  child self = *this;
  const std::shared_ptr<state> shared = state_;
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  bool stopping = false;
  while (!shared->finished()) {
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() == asio::cancellation_type::none) {
      co_await shared->changed.wait_change(shared->changed.version(), std::chrono::hours(1));
      continue;
    }
    if (!stopping && policy.on_cancel == stop_policy::mode::terminate_then_wait) {
      self.terminate();
      if (policy.kill_after) {
        shared->kill_timer.expires_after(*policy.kill_after);
        shared->kill_timer.async_wait([self](boost::system::error_code failure) mutable {
          if (!failure) self.kill();
        });
      }
    }
    stopping = true;
    co_await shared->changed.wait_uncancelable();
  }
  co_await asio::this_coro::throw_if_cancelled(throws);
  co_return shared->status;
}

task<bool> child::wait_end(std::chrono::milliseconds limit) {
  const std::shared_ptr<state> shared = state_;
  const auto deadline = asio::steady_timer::clock_type::now() + limit;
  while (!shared->finished()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - asio::steady_timer::clock_type::now());
    if (left.count() <= 0) break;
    co_await shared->changed.wait_change(shared->changed.version(), left);
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) break;
  }
  co_return shared->finished();
}

result<child> start(asio::any_io_executor executor, command what, capture_limits limits, handlers on) {
  ::signal(SIGPIPE, SIG_IGN);  // a write to a process that has closed its stdin is an error to be read, not our end
  LEADSMAN_TRY(const launched fds, launch(what));
  // Not reaped yet, so the pid is still its own even if it has already ended.
  result<process_identity> identity = identify(fds.pid);
  if (!identity) identity = process_identity{fds.pid, 0, {}};
  auto shared = std::make_shared<child::state>(executor, std::move(*identity), fds, limits, std::move(on));
  spawn(executor, what.program + " stdout", [shared] { return read_stream(shared, shared->out_pipe, shared->out); });
  spawn(executor, what.program + " stderr", [shared] { return read_stream(shared, shared->err_pipe, shared->err); });
  spawn(executor, what.program + " end", [shared] { return reap(shared); });
  if (what.stdin_text) {
    spawn(executor, what.program + " stdin",
          [shared, text = std::move(*what.stdin_text)] { return write_stdin(shared, text); });
  }
  return child(std::move(shared));
}

result<std::string> find_program(std::string_view name, std::string_view path) {
  const auto usable = [](const std::string& file) {
    struct stat info{};
    return ::stat(file.c_str(), &info) == 0 && S_ISREG(info.st_mode);
  };
  std::vector<std::string> candidates;
  if (name.contains('/')) {
    candidates.emplace_back(name);
  } else {
    for (const std::string_view folder : split(path, ':')) candidates.push_back(fmt::format("{}/{}", folder.empty() ? "." : folder, name));
  }
  std::optional<std::string> not_executable;
  for (const std::string& file : candidates) {
    if (!usable(file)) continue;
    if (::access(file.c_str(), X_OK) == 0) return file;
    not_executable = file;
  }
  if (not_executable) return fail(errc::forbidden, fmt::format("{} is not executable by this user.", *not_executable));
  return fail(errc::not_found, name.contains('/') ? fmt::format("There is no program {}.", name)
                                                  : fmt::format("There is no program '{}' in PATH ({}).", name, path));
}

}  // namespace leadsman::process
