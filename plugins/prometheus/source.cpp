#include "plugins/prometheus/source.hpp"

#include <fstream>
#include <iterator>
#include <optional>

#include "base/text.hpp"
#include "plugins/prometheus/reply.hpp"

namespace leadsman::prometheus {

namespace {

constexpr size_t k_body_limit = 16 * 1024 * 1024;         // bytes
constexpr std::chrono::milliseconds k_reply_margin{500};  // so long an answer may be on its way after Prometheus' own limit

// Read each time: tokens are replaced while we run.
std::string content_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open() || text.empty()) throw sdk::failed("rejected", "a file of the operator's (token or authorities) cannot be read");
  return text;
}

const char* kind_of(errc code) {
  switch (code) {
    case errc::timed_out: return "timed_out";
    case errc::unavailable: return "unreachable";
    default: return "rejected";
  }
}

}  // namespace

source::source(operators_choice operators) : operators_(std::move(operators)) {}

net::client& source::client_of(const std::string& address) {
  if (client_ && address_ == address) return *client_;
  const auto at = net::parse_endpoint(address);
  if (!at) throw sdk::invalid_params("config.address: " + at.error().message);
  if (at->scheme == net::scheme::unix_socket) throw sdk::invalid_params("config.address: expected http:// or https://");
  net::client_options options;
  options.body_limit = k_body_limit;
  if (!operators_.ca_file.empty()) {
    net::tls_options trust;
    trust.ca_pem = content_of(operators_.ca_file);
    options.tls = std::make_shared<net::tls_context>(std::move(trust));
  }
  client_ = std::make_unique<net::client>(io_.get_executor(), *at, std::move(options));
  address_ = address;
  return *client_;
}

net::response source::exchange(const query& asked) {
  net::client& client = client_of(asked.address);
  net::request r;
  r.method = "POST";
  r.target = "/api/v1/query";
  r.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  if (!asked.tenant.empty()) r.headers.emplace_back("X-Scope-OrgID", asked.tenant);
  // Only with an address that the operator chose: without one, anybody's could be asked.
  if (!operators_.token_file.empty() && !operators_.address.empty()) r.headers.emplace_back("Authorization", "Bearer " + std::string(trim(content_of(operators_.token_file))));
  r.body = form_of(asked);
  r.repeatable = true;
  std::optional<result<net::response>> came;
  spawn(io_.get_executor(), "query", [&]() -> task<void> {
    auto asking = client.exchange(std::move(r), asked.timeout + k_reply_margin);
    came = co_await std::move(asking);
  });
  io_.restart();
  while (!came && io_.run_one() > 0) {
  }
  if (!came) throw sdk::failed("unreachable", "the source of metrics was not asked");
  if (!*came) throw sdk::failed(kind_of(came->error().code), came->error().message);
  return std::move(**came);
}

json source::ask(const json& params) {
  const net::response came = exchange(read_query(params, operators_));
  return read_reply(came.status, came.body);
}

}  // namespace leadsman::prometheus
