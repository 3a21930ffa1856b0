#include "net/tls.hpp"

#include <boost/asio/ssl.hpp>

namespace leadsman::net {

namespace asio = boost::asio;

tls_context::tls_context(tls_options options) : options_(std::move(options)) {}
tls_context::~tls_context() = default;

namespace {

std::unexpected<error> refuse(std::string_view what, const boost::system::error_code& why) {
  return fail(errc::invalid_input, std::string(what) + " cannot be used: " + why.message());
}

result<void> load_client_certificate(asio::ssl::context& context, const tls_options& options) {
  boost::system::error_code failure;
  context.use_certificate_chain(asio::buffer(options.client_cert_pem), failure);
  if (failure) return refuse("the client certificate", failure);
  context.use_private_key(asio::buffer(options.client_key_pem), asio::ssl::context::pem, failure);
  if (failure) return refuse("the client key", failure);
  if (SSL_CTX_check_private_key(context.native_handle()) != 1) {
    return fail(errc::invalid_input, "the client certificate and the client key do not belong together");
  }
  return {};
}

result<void> load_authorities(asio::ssl::context& context, const tls_options& options) {
  boost::system::error_code failure;
  if (options.ca_pem.empty()) context.set_default_verify_paths(failure);
  else context.add_certificate_authority(asio::buffer(options.ca_pem), failure);
  if (failure) return refuse("the certificate authority", failure);
  return {};
}

// No session cache, buffers only while they are used: connections live long and there are few of them.
void keep_small(SSL_CTX* context) {
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  static constexpr unsigned char k_protocols[] = "\x08http/1.1";
  SSL_CTX_set_alpn_protos(context, k_protocols, sizeof k_protocols - 1);
}

}  // namespace

result<asio::ssl::context*> tls_context::get() {
  if (context_) return context_.get();
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
  keep_small(context->native_handle());
  context->set_verify_mode(options_.insecure ? asio::ssl::verify_none : asio::ssl::verify_peer);
  if (!options_.insecure) LEADSMAN_CHECK(load_authorities(*context, options_));
  if (!options_.client_cert_pem.empty()) LEADSMAN_CHECK(load_client_certificate(*context, options_));
  context_ = std::move(context);
  return context_.get();
}

}  // namespace leadsman::net
