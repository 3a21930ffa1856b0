#include "plugin/channel.hpp"

#include <fmt/format.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <deque>
#include <optional>

#include "async/notifier.hpp"
#include "base/clock.hpp"

namespace leadsman::plugin {

struct channel::state {
  state(asio::any_io_executor executor, channel_limits bounds, std::function<void(std::string_view)> log)
      : limits(bounds), on_log(std::move(log)), changed(executor) {}
  ~state() {
    if (process) process->kill();
  }
  state(const state&) = delete;
  state& operator=(const state&) = delete;

  void break_off(std::string why) {
    if (!fault) fault = error{errc::unavailable, std::move(why), {}};
    if (process) process->kill();
    changed.notify();
  }

  void hear(process::stream which, std::string_view line) {
    if (fault) return;
    if (which == process::stream::err) return hear_log(line);
    if (unread.size() == limits.unread_lines) return break_off(fmt::format("wrote more than {} lines that nobody asked for", limits.unread_lines));
    unread.emplace_back(line);
    changed.notify();
  }

  void hear_log(std::string_view line) {
    logged += line.size() + 1;
    if (logged > limits.log_bytes) return break_off(fmt::format("wrote more than {} KiB to stderr for one question", limits.log_bytes >> 10));
    if (on_log) on_log(line);
  }

  void hear_end(const result<process::exit_status>& status) {
    if (!fault) fault = status ? error{errc::unavailable, status->describe(), {}} : status.error();
    changed.notify();
  }

  channel_limits limits;
  std::function<void(std::string_view)> on_log;
  notifier changed;
  std::optional<process::child> process;
  std::deque<std::string> unread;
  std::optional<error> fault;
  size_t logged = 0;
};

// The process' handlers hold us weakly: it ends with the last handle, not the other way round.
result<channel> channel::open(asio::any_io_executor executor, process::command what, channel_limits limits, std::function<void(std::string_view)> on_log) {
  what.keeps_stdin = true;
  const auto shared = std::make_shared<state>(executor, limits, std::move(on_log));
  const std::weak_ptr<state> weak = shared;
  process::handlers on;
  on.on_line = [weak](process::stream which, std::string_view line) {
    if (const auto self = weak.lock()) self->hear(which, line);
  };
  on.on_long_line = [weak, limits](process::stream which) {
    const auto self = weak.lock();
    if (self && which == process::stream::out) self->break_off(fmt::format("wrote a line longer than {} KiB", limits.line_bytes >> 10));
  };
  on.on_end = [weak](const result<process::exit_status>& status) {
    if (const auto self = weak.lock()) self->hear_end(status);
  };
  const process::capture_limits kept{.kept_bytes = 0, .line_bytes = limits.line_bytes};
  LEADSMAN_TRY(shared->process, process::start(executor, std::move(what), kept, std::move(on)));
  return channel(shared);
}

void channel::send(std::string_view line) {
  state_->logged = 0;
  state_->process->send(std::string(line) + "\n");
}

task<result<std::string>> channel::receive(std::chrono::milliseconds limit) {
  const std::shared_ptr<state> shared = state_;
  const auto deadline = asio::steady_timer::clock_type::now() + limit;
  while (shared->unread.empty() && !shared->fault) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - asio::steady_timer::clock_type::now());
    if (left.count() <= 0) co_return fail(errc::timed_out, "did not answer in " + format_duration(limit));
    co_await shared->changed.wait_change(shared->changed.version(), left);
  }
  if (shared->unread.empty()) co_return fail(*shared->fault);
  std::string line = std::move(shared->unread.front());
  shared->unread.pop_front();
  co_return line;
}

bool channel::has_unread() const { return !state_->unread.empty(); }
bool channel::broken() const { return state_->fault.has_value(); }
int channel::pid() const { return state_->process->identity().pid; }
void channel::kill() { state_->break_off("was killed"); }
void channel::close_stdin() { state_->process->close_stdin(); }

task<bool> channel::wait_end(std::chrono::milliseconds limit) { return state_->process->wait_end(limit); }

task<result<process::exit_status>> channel::close(std::chrono::milliseconds patience) {
  const std::shared_ptr<state> shared = state_;
  process::child process = *shared->process;
  process.close_stdin();
  const bool by_itself = co_await process.wait_end(patience);
  if (!by_itself) process.terminate();
  const bool in_time = by_itself || co_await process.wait_end(patience);
  if (!in_time) process.kill();
  const result<process::exit_status> ended = co_await process.wait();
  if (by_itself) co_return ended;
  co_return fail(errc::timed_out, "did not end in " + format_duration(patience) + " after its stdin was closed");
}

}  // namespace leadsman::plugin
