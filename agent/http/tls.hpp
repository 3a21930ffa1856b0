#pragma once

#include <boost/asio/ssl/context.hpp>

#include <memory>

#include "async/task.hpp"
#include "http/options.hpp"

namespace leadsman::http {

// Errors: invalid_input when the files cannot be read or do not belong together.
result<std::unique_ptr<asio::ssl::context>> make_tls_context(const tls_files& files);

// Certificate and key that may be renewed under a running server, as a Secret's volume is.
class renewable_certificate {
 public:
  // Errors: as above.
  static result<renewable_certificate> open(tls_files files);

  // For a new connection; the open ones keep what they began with. Looks at the files each time, and reads them when
  // they have changed. What cannot be used then is told to the log once, and the one before stays.
  asio::ssl::context& current();

 private:
  renewable_certificate(tls_files files, std::string stamp, std::unique_ptr<asio::ssl::context> in_use);

  tls_files files_;
  std::string stamp_;  // tells whether the files have changed
  std::unique_ptr<asio::ssl::context> in_use_;
};

}  // namespace leadsman::http
