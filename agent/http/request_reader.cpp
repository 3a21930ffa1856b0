#include "http/request_reader.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace leadsman::http {

namespace beast = boost::beast;
using beast::http::field;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

using parser = beast::http::request_parser<beast::http::string_body>;
constexpr size_t k_head_piece = 4 * 1024;
constexpr size_t k_body_piece = 64 * 1024;
constexpr size_t k_buffer_limit = 192 * 1024;  // of what can't be taken before more has come, as chunk trailers

std::unexpected<response> refuse(errc code, std::string message, int status = 0) {
  return std::unexpected(problem_response({code, std::move(message)}, status));
}

std::unexpected<response> refuse_size(size_t limit) {
  return refuse(errc::too_large, fmt::format("the body is too large; allowed here are {} bytes", limit));
}

std::unexpected<response> refuse_slow() {
  return refuse(errc::timed_out, "the request did not arrive in time", 408);
}

std::unexpected<response> refuse_syntax(const boost::system::error_code& why, size_t header_limit) {
  if (why == beast::http::error::header_limit) {
    const auto message = fmt::format("request line and headers are too large; allowed are {} bytes", header_limit);
    return refuse(errc::too_large, message, 431);
  }
  return refuse(errc::invalid_input, "the request is not HTTP/1.1: " + why.message());
}

// What Beast lets through and HTTP forbids, or we do not need.
answer<void> check_head(const parser::value_type& head) {
  const std::string_view target = head.target();
  const auto is_printable = [](char c) { return c > 0x20 && c < 0x7F; };
  if (!target.starts_with('/') || !std::ranges::all_of(target, is_printable) || target.find('#') != target.npos) {
    return refuse(errc::invalid_input, "the request target has to be a percent-encoded path, as in /v1/deployments");
  }
  if (head.version() != 11 && head.version() != 10) return refuse(errc::invalid_input, "only HTTP/1.1 is spoken here");
  if (head.count(field::host) > 1 || (head.version() == 11 && head.count(field::host) == 0)) {
    return refuse(errc::invalid_input, "the request needs exactly one Host header");
  }
  if (head.count(field::expect) != 0 && !beast::iequals(head[field::expect], "100-continue")) {
    return refuse(errc::invalid_input, "the only expectation that is met here is 100-continue", 417);
  }
  return {};
}

request make_request(const parser::value_type& head) {
  request made;
  made.method = std::string_view(head.method_string());
  const std::string_view target = head.target();
  const size_t mark = target.find('?');
  made.path = target.substr(0, mark);
  if (mark != std::string_view::npos) made.query = target.substr(mark + 1);
  for (const auto& line : head) made.headers.push_back({std::string(line.name_string()), std::string(line.value())});
  made.minor_version = head.version() == 10 ? 0 : 1;
  made.keep_alive = head.keep_alive();
  return made;
}

}  // namespace

struct request_reader::state {
  state(connection& c, const server_limits& l) : wire(c), limits(l) {}

  task<result<size_t>> receive(size_t piece, milliseconds limit);
  boost::system::error_code parse();
  void begin();

  connection& wire;
  const server_limits& limits;
  beast::flat_buffer buffer;
  std::optional<parser> parsing;
};

void request_reader::state::begin() {
  parsing.emplace();
  parsing->header_limit(static_cast<uint32_t>(limits.header));
  parsing->body_limit(boost::none);  // checked in read_body, when the route is known
}

task<result<size_t>> request_reader::state::receive(size_t piece, milliseconds limit) {
  if (buffer.size() > k_buffer_limit) co_return fail(errc::too_large, "the chunks of the body have too many headers");
  const asio::mutable_buffer space = buffer.prepare(piece);
  auto received = co_await wire.read_some(space, limit);
  if (received) buffer.commit(*received);
  co_return received;
}

// need_more when the buffer ends too early.
boost::system::error_code request_reader::state::parse() {
  boost::system::error_code failure = beast::http::error::need_more;
  if (buffer.size() == 0) return failure;
  buffer.consume(parsing->put(buffer.data(), failure));
  return failure;
}

request_reader::request_reader(connection& wire, const server_limits& limits)
    : state_(std::make_unique<state>(wire, limits)) {}
request_reader::~request_reader() = default;

bool request_reader::has_unread_body() const { return state_->parsing && !state_->parsing->is_done(); }

task<answer<std::optional<request>>> request_reader::read_head() {
  state& s = *state_;
  s.begin();
  std::optional<steady_clock::time_point> deadline;
  for (;;) {
    const auto failure = s.parse();
    if (!failure && s.parsing->is_header_done()) break;
    if (failure && failure != beast::http::error::need_more) co_return refuse_syntax(failure, s.limits.header);
    if (s.buffer.size() > 0 && !deadline) deadline = steady_clock::now() + s.limits.header_timeout;
    milliseconds limit = s.limits.idle_timeout;
    if (deadline) limit = std::chrono::ceil<milliseconds>(*deadline - steady_clock::now());
    if (limit <= milliseconds(0)) co_return refuse_slow();
    const auto received = co_await s.receive(k_head_piece, limit);
    if (received) continue;
    if (deadline && received.error().code == errc::timed_out) co_return refuse_slow();
    co_return std::optional<request>();
  }
  if (auto checked = check_head(s.parsing->get()); !checked) co_return std::unexpected(checked.error());
  std::optional<request> made = make_request(s.parsing->get());
  made->peer = s.wire.peer;
  co_return made;
}

answer<void> request_reader::check_announced(size_t limit) const {
  const auto announced = state_->parsing->content_length();
  if (announced && *announced > limit) return refuse_size(limit);
  return {};
}

task<answer<std::string>> request_reader::read_body(size_t limit) {
  state& s = *state_;
  if (auto fits = check_announced(limit); !fits) co_return std::unexpected(fits.error());
  if (!s.parsing->is_done() && s.parsing->get().count(field::expect) != 0) {
    const auto asked = co_await s.wire.write("HTTP/1.1 100 Continue\r\n\r\n", s.limits.progress_timeout);
    if (!asked) co_return refuse_slow();
  }
  s.parsing->eager(true);
  const auto deadline = steady_clock::now() + s.limits.body_timeout;
  while (!s.parsing->is_done()) {
    const auto failure = s.parse();
    if (failure && failure != beast::http::error::need_more) co_return refuse_syntax(failure, s.limits.header);
    if (s.parsing->get().body().size() > limit) co_return refuse_size(limit);
    if (s.parsing->is_done()) break;
    if (steady_clock::now() > deadline) co_return refuse_slow();
    const auto received = co_await s.receive(k_body_piece, s.limits.progress_timeout);
    if (received) continue;
    if (received.error().code == errc::too_large) co_return refuse(errc::too_large, received.error().message);
    co_return refuse_slow();
  }
  co_return std::move(s.parsing->get().body());
}

}  // namespace leadsman::http
