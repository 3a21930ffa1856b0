#include "net/certificate.hpp"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

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

std::string text_of(const GENERAL_NAME* name) {
  if (name->type == GEN_DNS) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)), static_cast<size_t>(ASN1_STRING_length(name->d.dNSName))};
  }
  if (name->type != GEN_IPADD) return "";
  char text[INET6_ADDRSTRLEN] = "";
  ::inet_ntop(ASN1_STRING_length(name->d.iPAddress) == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(name->d.iPAddress), text, sizeof text);
  return text;
}

std::vector<std::string> names_of(const X509* from) {
  std::vector<std::string> names;
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> found(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(from, NID_subject_alt_name, nullptr, nullptr)), &GENERAL_NAMES_free);
  for (int i = 0; found && i < sk_GENERAL_NAME_num(found.get()); ++i) {
    if (std::string text = text_of(sk_GENERAL_NAME_value(found.get(), i)); !text.empty()) names.push_back(std::move(text));
  }
  return names;
}

}  // namespace

result<certificate> parse_certificate(std::string_view pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> parsed(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr), &X509_free);
  if (!parsed) return fail(errc::invalid_input, "expected a PEM certificate (-----BEGIN CERTIFICATE-----), found something else");
  return read_certificate(parsed.get());
}

certificate read_certificate(const X509* from) {
  return {name_text(X509_get_subject_name(from)), name_text(X509_get_issuer_name(from)), time_of(X509_get0_notBefore(from)),
          time_of(X509_get0_notAfter(from)), names_of(from)};
}

}  // namespace leadsman::net
