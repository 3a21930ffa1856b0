#pragma once

#include <memory>
#include <string>

#include "base/error.hpp"

namespace boost::asio::ssl {
class context;
}

namespace leadsman::net {

struct tls_options {
  std::string ca_pem{};           // trusted instead of the system's authorities when not empty
  std::string client_cert_pem{};  // with chain; empty: none is offered
  std::string client_key_pem{};
  std::string server_name{};      // expected in the certificate and sent as SNI; empty: the endpoint's host
  bool insecure = false;          // accept any certificate
};

// One OpenSSL context, made when the first connection needs it and shared by every client that is given it: a context
// costs about a megabyte and some milliseconds. Not thread-safe.
class tls_context {
 public:
  explicit tls_context(tls_options options);
  ~tls_context();

  const tls_options& options() const { return options_; }

  // Errors: invalid_input when a certificate or key cannot be read or the two do not belong together.
  result<boost::asio::ssl::context*> get();

 private:
  tls_options options_;
  std::unique_ptr<boost::asio::ssl::context> context_;
};

}  // namespace leadsman::net
