#include "action/embed/examine.hpp"

#include <sys/wait.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <csignal>

#include "action/embed/launch.hpp"

namespace leadsman::action {

namespace {

constexpr std::chrono::seconds k_examine_limit{90};
constexpr size_t k_most_said = 1 << 20;

// All that it says, or what it has said within the limit.
task<std::string> read_all(int output) {
  using namespace asio::experimental::awaitable_operators;
  asio::posix::stream_descriptor from(co_await asio::this_coro::executor, output);
  asio::steady_timer limit(from.get_executor(), k_examine_limit);
  std::string said;
  auto reading = asio::async_read(from, asio::dynamic_buffer(said, k_most_said), no_throw);
  auto expiring = limit.async_wait(no_throw);
  co_await (std::move(reading) || std::move(expiring));
  co_return said;
}

std::vector<std::string> examine_words() { return {"--doctor", "--json"}; }

void end(pid_t pid) {
  int status = 0;
  if (::waitpid(pid, &status, WNOHANG) == pid) return;
  ::kill(pid, SIGTERM);
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

task<result<wire::checks>> examine_embedded(embedded_settings settings) {
  LEADSMAN_CO_TRY(const launched begun, launch(settings, examine_words()));
  auto reading = read_all(begun.output);
  const std::string said = co_await std::move(reading);
  end(begun.pid);
  const auto answer = nlohmann::json::parse(said, nullptr, false);
  if (!answer.is_object() || !answer.contains("checks")) {
    co_return fail(errc::unavailable, "the embedded agent cannot look at itself; the end of its log:" + end_of(settings.log_file), "agent");
  }
  co_return wire::parse<wire::checks>(answer["checks"]);
}

}  // namespace leadsman::action
