#include "net/resolve.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>

namespace leadsman::net {

namespace {

using tcp = asio::ip::tcp;

// getaddrinfo runs on Asio's own thread and cannot be stopped: whoever waits gives up, and the answer is dropped.
struct lookup {
  lookup(asio::any_io_executor executor, deadline until) : resolver(executor), answered(executor, until) {}
  tcp::resolver resolver;
  asio::steady_timer answered;
  std::optional<boost::system::error_code> failure;
  std::vector<socket_address> addresses;
};

void start(const std::shared_ptr<lookup>& query, const endpoint& at) {
  query->resolver.async_resolve(at.host, std::to_string(at.port),
                                [query](boost::system::error_code failure, const tcp::resolver::results_type& found) {
                                  query->failure = failure;
                                  for (const auto& entry : found) query->addresses.emplace_back(entry.endpoint());
                                  query->answered.cancel();
                                });
}

}  // namespace

task<result<std::vector<socket_address>>> resolve(endpoint at, deadline until) {
  if (at.scheme == scheme::unix_socket) {
    co_return std::vector<socket_address>{asio::local::stream_protocol::endpoint(at.socket_path)};
  }
  boost::system::error_code not_a_number;
  const auto number = asio::ip::make_address(at.host, not_a_number);
  if (!not_a_number) co_return std::vector<socket_address>{tcp::endpoint(number, at.port)};

  const auto query = std::make_shared<lookup>(co_await asio::this_coro::executor, until);
  start(query, at);
  co_await query->answered.async_wait(no_throw);
  if (!query->failure) {
    query->resolver.cancel();
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) co_return fail(errc::canceled, "canceled");
    co_return fail(errc::timed_out, "the name " + at.host + " could not be looked up in time");
  }
  if (*query->failure) {
    co_return fail(errc::unavailable, "the name " + at.host + " cannot be resolved: " + query->failure->message());
  }
  co_return std::move(query->addresses);
}

}  // namespace leadsman::net
