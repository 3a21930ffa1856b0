#include "net/body_stream.hpp"

#include "net/connection.hpp"
#include "net/response_reader.hpp"

namespace leadsman::net {

body_stream::body_stream(std::unique_ptr<connection> wire, std::unique_ptr<response_reader> reader)
    : connection_(std::move(wire)), reader_(std::move(reader)), status_(reader_->status()), headers_(reader_->headers()) {}

body_stream::~body_stream() = default;

task<result<std::optional<std::string>>> body_stream::read_some(std::chrono::milliseconds idle_timeout) {
  const deadline until = std::chrono::steady_clock::now() + idle_timeout;
  LEADSMAN_CO_TRY(const bool more, co_await reader_->read_body(*connection_, until));
  if (!more) co_return std::optional<std::string>();
  co_return std::optional<std::string>(reader_->take_body());
}

task<result<std::string>> body_stream::read_all(size_t limit, std::chrono::milliseconds idle_timeout) {
  std::string whole;
  while (whole.size() < limit) {
    LEADSMAN_CO_TRY(const std::optional<std::string> chunk, co_await read_some(idle_timeout));
    if (!chunk) break;
    whole += *chunk;
  }
  if (whole.size() > limit) whole.resize(limit);
  co_return whole;
}

}  // namespace leadsman::net
