#include "http/tls.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

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

// Empty when there is no such file, as between two steps of whoever replaces it.
std::string stamp_of(const std::string& file) {
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0) return "";
  return fmt::format("{}/{}/{}/{}.{:09}", found.st_dev, found.st_ino, found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec);
}

// Empty unless both are there.
std::string stamp_of(const tls_files& files) {
  const std::string certificate = stamp_of(files.certificate);
  const std::string key = stamp_of(files.key);
  return certificate.empty() || key.empty() ? "" : certificate + " " + key;
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

renewable_certificate::renewable_certificate(tls_files files, std::string stamp, std::unique_ptr<context> in_use)
    : files_(std::move(files)), stamp_(std::move(stamp)), in_use_(std::move(in_use)) {}

result<renewable_certificate> renewable_certificate::open(tls_files files) {
  std::string stamp = stamp_of(files);  // before reading: a change in between is seen later
  LEADSMAN_TRY(std::unique_ptr<context> made, make_tls_context(files));
  return renewable_certificate(std::move(files), std::move(stamp), std::move(made));
}

context& renewable_certificate::current() {
  std::string stamp = stamp_of(files_);
  if (stamp.empty() || stamp == stamp_) return *in_use_;
  stamp_ = std::move(stamp);
  auto renewed = make_tls_context(files_);
  if (renewed) {
    in_use_ = std::move(*renewed);  // OpenSSL counts who uses it: open connections keep the old one alive
    spdlog::info("the certificate {} has been renewed", files_.certificate);
  } else {
    spdlog::error("the renewed certificate is not used: {}: {}", renewed.error().field, renewed.error().message);
  }
  return *in_use_;
}

}  // namespace leadsman::http
