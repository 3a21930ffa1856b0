#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <string>

#include "net/connection.hpp"
#include "net/message.hpp"

namespace leadsman::net {

// Reads one response from a connection: first its head, then its body piece by piece.
class response_reader {
 public:
  // No limit: the body may go on for ever. `bodiless`: the answer to HEAD.
  response_reader(std::optional<size_t> body_limit, bool bodiless);

  // Errors: of connection; unavailable when this is not HTTP; too_large.
  task<result<void>> read_head(connection& from, deadline until);
  // Waits until there is some more body. False: the body is complete.
  task<result<bool>> read_body(connection& from, deadline until);
  task<result<void>> read_whole(connection& from, deadline until);

  int status() const { return static_cast<int>(parser_.get().result_int()); }
  header_list headers() const;
  std::string take_body();                  // what has arrived and was not taken yet
  bool heard_nothing() const { return heard_nothing_; }
  bool is_reusable() const;                 // the connection may carry another request after this response

 private:
  task<result<void>> step(connection& from, deadline until);
  error describe(const connection& from, const boost::system::error_code& why) const;

  boost::beast::http::response_parser<boost::beast::http::string_body> parser_;
  boost::beast::flat_buffer buffer_;
  bool heard_nothing_ = true;
};

}  // namespace leadsman::net
