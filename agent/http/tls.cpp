#include "http/tls.hpp"

#include <openssl/ssl.h>

namespace leadsman::http {

using asio::ssl::context;

namespace {

constexpr unsigned char k_protocols[] = "\x08http/1.1";

int select_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  const int found = SSL_select_next_proto(const_cast<unsigned char**>(chosen), chosen_size, k_protocols,
                                          sizeof k_protocols - 1, offered, offered_size);
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::unexpected<error> refuse(const std::string& file, const boost::system::error_code& why, const char* field) {
  return fail(errc::invalid_input, file + " cannot be used: " + why.message(), field);
}

}  // namespace

result<std::unique_ptr<context>> make_tls_context(const tls_files& files) {
  auto made = std::make_unique<context>(context::tls_server);
  SSL_CTX* const native = made->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);  // a thousand followers that wait hold no buffers
  SSL_CTX_set_alpn_select_cb(native, &select_protocol, nullptr);
  boost::system::error_code failure;
  made->use_certificate_chain_file(files.certificate, failure);
  if (failure) return refuse(files.certificate, failure, "tls.certificate");
  made->use_private_key_file(files.key, context::pem, failure);
  if (failure) return refuse(files.key, failure, "tls.key");
  if (SSL_CTX_check_private_key(native) != 1) {
    return fail(errc::invalid_input, files.certificate + " and " + files.key + " do not belong together", "tls.key");
  }
  return made;
}

}  // namespace leadsman::http
