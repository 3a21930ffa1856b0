#include "action/diagnosis/look.hpp"

#include "action/diagnosis/address.hpp"
#include "net/client.hpp"

namespace leadsman::action {

namespace {

using namespace std::chrono_literals;

constexpr auto k_connect_limit = 10s;
constexpr auto k_answer_limit = 15s;

task<result<net::response>> get(net::client& http, std::string path) {
  net::request ask{"GET", std::move(path)};
  auto asking = http.exchange(std::move(ask), k_answer_limit);
  co_return co_await std::move(asking);
}

}  // namespace

task<agent_sight> look_at_agent(net::endpoint at, std::string ca_pem) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  net::tls_options trusted;
  trusted.ca_pem = ca_pem;
  const auto tls = std::make_shared<net::tls_context>(trusted);
  net::connection first(executor);
  auto opening = first.open(at, tls, k_connect_limit, std::chrono::steady_clock::now() + k_connect_limit);
  const auto opened = co_await std::move(opening);
  agent_sight seen;
  seen.way.at = at;
  seen.way.seen = first.seen();
  if (!opened) seen.way.failure = opened.error();
  seen.way.own_authority = !ca_pem.empty();
  seen.way.now = now();
  if (!opened) co_return seen;
  net::client_options options;
  options.tls = tls;
  net::client http(executor, at, options);
  auto describing = get(http, "/v1/openapi.json");
  seen.identity.description = co_await std::move(describing);
  if (!seen.identity.description) co_return seen;
  seen.clock.asked = now();
  auto asking = get(http, "/readyz");
  seen.identity.readiness = co_await std::move(asking);
  seen.clock.answered = now();
  if (seen.identity.readiness) seen.clock.said = net::date_of(seen.identity.readiness->headers);
  co_return seen;
}

wire::checks judge_agent(const agent_sight& seen) {
  wire::checks rows{judge_address(seen.way.at, seen.way.seen, seen.way.failure)};
  if (auto trust = judge_trust(seen.way)) rows.push_back(std::move(*trust));
  if (!seen.is_open()) return rows;
  rows.push_back(judge_identity(seen.identity));
  if (!is_agent(seen.identity)) return rows;
  if (auto clock = judge_clock(seen.clock)) rows.push_back(std::move(*clock));
  return rows;
}

}  // namespace leadsman::action
