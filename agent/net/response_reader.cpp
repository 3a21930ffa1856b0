#include "net/response_reader.hpp"

#include <boost/beast/http/error.hpp>

namespace leadsman::net {

namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {
constexpr size_t k_read_size = 16 * 1024;     // a TLS record
constexpr uint32_t k_header_limit = 64 * 1024;
}  // namespace

response_reader::response_reader(std::optional<size_t> body_limit, bool bodiless) {
  parser_.eager(true);
  parser_.skip(bodiless);
  parser_.header_limit(k_header_limit);
  if (body_limit) parser_.body_limit(*body_limit);
  else parser_.body_limit(boost::none);
}

error response_reader::describe(const connection& from, const boost::system::error_code& why) const {
  if (why == http::error::body_limit) return {errc::too_large, "the answer of " + from.address() + " is larger than allowed"};
  if (why == http::error::end_of_stream || why == http::error::partial_message) {
    return {errc::unavailable, from.address() + " closed the connection before its answer was complete"};
  }
  return {errc::unavailable, from.address() + " does not answer in HTTP: " + why.message()};
}

// One look at the buffer or one read. Bytes that are not understood yet stay in the buffer.
task<result<void>> response_reader::step(connection& from, deadline until) {
  boost::system::error_code failure;
  const auto space = buffer_.prepare(k_read_size);
  const std::span<char> to(static_cast<char*>(space.data()), space.size());
  LEADSMAN_CO_TRY(const size_t received, co_await from.read_some(to, until));
  if (received == 0) {
    if (!parser_.got_some()) failure = http::error::end_of_stream;
    else if (!parser_.is_done()) parser_.put_eof(failure);
    if (!failure && !parser_.is_done()) failure = http::error::partial_message;
    if (failure) co_return fail(describe(from, failure));
    co_return result<void>{};
  }
  heard_nothing_ = false;
  buffer_.commit(received);
  buffer_.consume(parser_.put(buffer_.data(), failure));
  if (failure && failure != http::error::need_more) co_return fail(describe(from, failure));
  co_return result<void>{};
}

task<result<void>> response_reader::read_head(connection& from, deadline until) {
  while (!parser_.is_header_done()) LEADSMAN_CO_CHECK(co_await step(from, until));
  co_return result<void>{};
}

task<result<bool>> response_reader::read_body(connection& from, deadline until) {
  while (parser_.get().body().empty() && !parser_.is_done()) LEADSMAN_CO_CHECK(co_await step(from, until));
  co_return !parser_.get().body().empty();
}

task<result<void>> response_reader::read_whole(connection& from, deadline until) {
  while (!parser_.is_done()) LEADSMAN_CO_CHECK(co_await step(from, until));
  co_return result<void>{};
}

header_list response_reader::headers() const {
  header_list list;
  for (const auto& field : parser_.get()) list.emplace_back(field.name_string(), field.value());
  return list;
}

std::string response_reader::take_body() { return std::exchange(parser_.get().body(), {}); }

bool response_reader::is_reusable() const { return parser_.is_done() && parser_.keep_alive() && buffer_.size() == 0; }

}  // namespace leadsman::net
