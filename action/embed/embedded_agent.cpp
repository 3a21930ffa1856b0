#include "action/embed/embedded_agent.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "action/embed/launch.hpp"

namespace leadsman::action {

namespace {

constexpr std::chrono::seconds k_start_limit{30};

// True when the first line is "ready".
task<result<bool>> read_ready(int output) {
  using namespace asio::experimental::awaitable_operators;
  asio::posix::stream_descriptor from(co_await asio::this_coro::executor, ::dup(output));
  asio::steady_timer limit(from.get_executor(), k_start_limit);
  std::string said;
  auto reading = asio::async_read_until(from, asio::dynamic_buffer(said, 4096), '\n', no_throw);
  auto expiring = limit.async_wait(no_throw);
  const auto first = co_await (std::move(reading) || std::move(expiring));
  if (first.index() == 1) co_return fail(errc::timed_out, "was not ready in time");
  co_return said.starts_with("ready\n");
}

}  // namespace

result<std::string> find_agent_program(const std::string& named) {
  namespace fs = std::filesystem;
  std::error_code failure;
  const fs::path found = named.empty() ? fs::read_symlink("/proc/self/exe", failure).parent_path() / "leadsman-agent" : fs::path(named);
  if (::access(found.c_str(), X_OK) == 0 && fs::is_regular_file(found, failure)) return found.string();
  return fail(errc::not_found, "without an agent's address, leadsman starts 'leadsman-agent' itself, and there is no such "
                               "program at " + found.string() + "; install both together, or give --agent",
              named.empty() ? "agent" : "LEADSMAN_AGENT_BINARY");
}

task<result<std::unique_ptr<embedded_agent>>> embedded_agent::start(embedded_settings settings) {
  LEADSMAN_CO_TRY(const launched begun, launch(settings, {}));
  std::unique_ptr<embedded_agent> agent(new embedded_agent(begun.pid, begun.output, settings.log_file));
  auto reading = read_ready(begun.output);
  const result<bool> ready = co_await std::move(reading);
  if (ready && *ready) co_return std::move(agent);
  if (!ready) co_return fail(ready.error().code, "the embedded agent " + ready.error().message + end_of(settings.log_file), "agent");
  agent->stop();
  co_return fail(agent->died("when it was started"));
}

embedded_agent::~embedded_agent() {
  stop();
  ::close(output_);
}

bool embedded_agent::reap(int flags) {
  while (!ended_) {
    const pid_t found = ::waitpid(pid_, &status_, flags);
    if (found == 0) return false;
    if (found < 0 && errno == EINTR) continue;
    ended_ = true;
  }
  return true;
}

error embedded_agent::died(std::string_view when) const {
  std::string how = "ended";
  if (WIFEXITED(status_)) how = "ended with exit code " + std::to_string(WEXITSTATUS(status_));
  if (WIFSIGNALED(status_)) how = std::string("was ended by ") + ::strsignal(WTERMSIG(status_));
  // 2: what it was given is wrong, a kubeconfig for instance.
  const bool wrong_input = WIFEXITED(status_) && WEXITSTATUS(status_) == 2;
  return {wrong_input ? errc::invalid_input : errc::unavailable, "the embedded agent " + how + " " + std::string(when) + "; the end of its log:" + end_of(log_file_), "agent"};
}

result<void> embedded_agent::check() {
  if (!reap(WNOHANG)) return {};
  return fail(died("before the deployment did"));
}

void embedded_agent::stop() {
  if (reap(WNOHANG)) return;
  ::kill(pid_, SIGTERM);
  reap(0);
}

}  // namespace leadsman::action
