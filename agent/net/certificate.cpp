#include "net/certificate.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>

namespace leadsman::net {

namespace {

std::string name_text(const X509_NAME* name) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return size > 0 ? std::string(text, static_cast<size_t>(size)) : std::string();
}

wall_time time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return wall_time(std::chrono::seconds(timegm(&parts)));
}

}  // namespace

result<certificate> parse_certificate(std::string_view pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> parsed(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr), &X509_free);
  if (!parsed) return fail(errc::invalid_input, "expected a PEM certificate (-----BEGIN CERTIFICATE-----), found something else");
  return certificate{name_text(X509_get_subject_name(parsed.get())), name_text(X509_get_issuer_name(parsed.get())),
                     time_of(X509_get0_notBefore(parsed.get())), time_of(X509_get0_notAfter(parsed.get()))};
}

}  // namespace leadsman::net
