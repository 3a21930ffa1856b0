#include "sign/http_signature.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "sign/hash.hpp"
#include "sign/request_components.hpp"

namespace leadsman::sign {
namespace {

using namespace std::chrono_literals;

std::string from_base64url(std::string text) {
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  return *from_base64(text + "=");
}

private_key rfc_key() {
  const std::string bytes = from_base64url("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU");
  private_key::seed seed;
  std::ranges::copy(bytes, seed.begin());
  return private_key::from_seed(seed);
}

// RFC 9421, Appendix B.2.6.
TEST(SignatureBase, GivesThePublishedSignatureOfTheRfc) {
  const private_key key = rfc_key();
  EXPECT_EQ(key.public_part().text(), "ed25519:JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=");

  const request_parts request{"POST", "Example.com:443", "/foo", "param=Value&Pet=dog",
                              R"({"hello": "world"})"};
  const header_list headers{{"Host", "example.com"},
                            {"Date", "Tue, 20 Apr 2021 02:07:55 GMT"},
                            {"Content-Type", " application/json "},
                            {"Content-Length", "18"}};
  std::vector<component> covered;
  for (const char* name : {"date", "@method", "@path", "@authority", "content-type", "content-length"}) {
    covered.push_back({name, component_value(name, request, headers).value()});
  }
  const std::string params = serialize_params(covered, {.created = 1618884473, .keyid = "test-key-ed25519"});
  EXPECT_EQ(
      params,
      R"(("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519")");
  const std::string base = signature_base(covered, params);
  EXPECT_EQ(base,
            "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@method\": POST\n\"@path\": /foo\n"
            "\"@authority\": example.com\n\"content-type\": application/json\n\"content-length\": 18\n"
            "\"@signature-params\": " +
                params);
  EXPECT_EQ(to_base64(key.sign(base)),
            "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==");
}

TEST(ContentDigest, IsThatOfRfc9530) {
  EXPECT_EQ(content_digest(R"({"hello": "world"})"),
            "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:");
}

const wall_time k_now{1'763'721'752'123ms};

struct signed_request {
  request_parts parts{"POST", "agent.example.com", "/v1/deployments", "dry=1", "{}"};
  header_list headers;
  key_pair pair = make_key_pair();

  explicit signed_request(wall_time created = k_now) {
    headers = sign_request(parts, pair.secret, created, make_nonce());
  }

  result<verified_request> verify(wall_time now = k_now, const verify_options& options = {}) const {
    const auto lookup = [this](std::string_view id) {
      return id == pair.open.id() ? std::optional(pair.open) : std::nullopt;
    };
    return verify_request(parts, headers, lookup, now, options);
  }
  std::string& value(std::string_view name) { return std::ranges::find(headers, name, &header::name)->value; }
  void replace(std::string_view name, std::string_view from, std::string_view to) {
    std::string& text = value(name);
    text.replace(text.find(from), from.size(), to);
  }
};

TEST(VerifyRequest, AcceptsWhatSignRequestMade) {
  const signed_request request;
  const auto verified = request.verify();
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(verified->keyid, request.pair.open.id());
  EXPECT_GE(verified->nonce.size(), 20u);
}

TEST(VerifyRequest, AcceptsABodylessRequestBehindAnotherSpelling) {
  signed_request request;
  request.parts = {"GET", "Agent.Example.com:443", "", "", ""};
  request.headers = sign_request(request.parts, request.pair.secret, k_now, "nonce-of-test");
  request.parts.authority = "agent.example.com";
  request.parts.path = "/";
  EXPECT_TRUE(request.verify());
}

struct keyed_request : signed_request {
  explicit keyed_request(const header_list& sent) {
    headers = sign_request(parts, pair.secret, k_now, make_nonce(), sent);
    headers.insert(headers.end(), sent.begin(), sent.end());
  }
};

TEST(VerifyRequest, AnIdempotencyKeyIsPartOfWhatIsSigned) {
  const header_list sent{{"Idempotency-Key", "k1"}, {"Accept", "text/plain"}};
  keyed_request request(sent);
  EXPECT_TRUE(request.value("Signature-Input").find("\"content-digest\" \"idempotency-key\")") != std::string::npos);
  ASSERT_TRUE(request.verify()) << request.verify().error().message;

  request.value("Idempotency-Key") = "k2";
  EXPECT_EQ(request.verify().error().code, errc::unauthenticated);
  EXPECT_TRUE(request.verify().error().message.contains("a header that it covers changed"));

  std::erase_if(request.headers, [](const header& h) { return h.name == "Idempotency-Key"; });
  EXPECT_TRUE(request.verify().error().message.contains("'idempotency-key', which the request does not have"));
}

TEST(VerifyRequest, AnIdempotencyKeyThatIsNotSignedIsRefused) {
  signed_request request;
  for (const char* name : {"Idempotency-Key", "idempotency-KEY"}) {
    request.headers.push_back({name, "k1"});
    const auto verified = request.verify();
    ASSERT_FALSE(verified) << name;
    EXPECT_EQ(verified.error(), (error{errc::invalid_input, "the signature is malformed: it does not cover \"idempotency-key\"", "Signature-Input"}));
    request.headers.pop_back();
  }
}

TEST(VerifyRequest, PassesOverTheSignatureOfAProxy) {
  signed_request request;
  request.value("Signature-Input").insert(0, "proxy=(\"@method\");created=1;tag=\"proxy\", ");
  request.value("Signature").insert(0, "proxy=:AAAA:, ");
  EXPECT_TRUE(request.verify());
}

struct bad_request {
  const char* name;
  void (*change)(signed_request&);
  errc code;
  const char* says;
};

TEST(VerifyRequest, NamesEveryFault) {
  const std::vector<bad_request> cases{
      {"not signed", [](auto& r) { r.headers.clear(); }, errc::unauthenticated, "the request is not signed"},
      {"no Signature", [](auto& r) { r.headers.pop_back(); }, errc::unauthenticated,
       "it has no Signature header"},
      {"other tag", [](auto& r) { r.replace("Signature-Input", "tag=\"leadsman\"", "tag=\"other\""); },
       errc::unauthenticated, "not signed for Leadsman"},
      {"grammar", [](auto& r) { r.value("Signature-Input") += ",,"; }, errc::invalid_input,
       "does not follow the grammar"},
      {"twice the same label",
       [](auto& r) { r.value("Signature-Input") += ", " + r.value("Signature-Input"); }, errc::invalid_input,
       "does not follow the grammar"},
      {"huge",
       [](auto& r) {
         r.value("Signature-Input") += std::string(9000, ' ');
         r.headers.push_back({"Signature-Input", std::string(9000, 'a')});
       },
       errc::invalid_input, "too long"},
      {"base64", [](auto& r) { r.replace("Signature", ":", ":%"); }, errc::invalid_input, "grammar"},
      {"short signature", [](auto& r) { r.value("Signature") = "leadsman=:AAAA:"; }, errc::invalid_input,
       "has 64 bytes"},
      {"other label", [](auto& r) { r.replace("Signature", "leadsman", "leadsmen"); }, errc::invalid_input,
       "no signature for this"},
      {"query not covered", [](auto& r) { r.replace("Signature-Input", " \"@query\"", ""); },
       errc::invalid_input, "it does not cover \"@query\""},
      {"component twice",
       [](auto& r) { r.replace("Signature-Input", "\"@query\"", "\"@query\" \"@query\""); },
       errc::invalid_input, "twice"},
      {"component with parameters",
       [](auto& r) { r.replace("Signature-Input", "\"@query\"", "\"@query\";req"); }, errc::invalid_input,
       "not supported"},
      {"absent header covered",
       [](auto& r) { r.replace("Signature-Input", "\"@query\"", "\"@query\" \"x-a\""); }, errc::invalid_input,
       "'x-a', which the request does not have"},
      {"alg", [](auto& r) { r.replace("Signature-Input", "\"ed25519\"", "\"hmac-sha256\""); },
       errc::invalid_input, "'alg'"},
      {"no nonce", [](auto& r) { r.replace("Signature-Input", "nonce=", "once="); }, errc::invalid_input,
       "'nonce'"},
      {"no created", [](auto& r) { r.replace("Signature-Input", "created=", "made="); }, errc::invalid_input,
       "'created'"},
      {"lives too long", [](auto& r) { r.replace("Signature-Input", "expires=1", "expires=2"); },
       errc::invalid_input, "at most 900 seconds"},
      {"unknown key", [](auto& r) { r.pair = make_key_pair(); }, errc::unauthenticated, "is not known here"},
      {"no digest", [](auto& r) { r.headers.erase(r.headers.begin()); }, errc::invalid_input,
       "'content-digest', which the request does not have"},
      {"body", [](auto& r) { r.parts.body = "{ }"; }, errc::unauthenticated,
       "the body is not the one that was signed"},
      {"body and digest",
       [](auto& r) {
         r.parts.body = "{ }";
         r.value("Content-Digest") = content_digest("{ }");
       },
       errc::unauthenticated, "the signature is wrong"},
      {"method", [](auto& r) { r.parts.method = "PUT"; }, errc::unauthenticated, "the signature is wrong"},
      {"host", [](auto& r) { r.parts.authority = "evil.example.com"; }, errc::unauthenticated,
       "the signature is wrong"},
      {"port", [](auto& r) { r.parts.authority += ":8443"; }, errc::unauthenticated,
       "the signature is wrong"},
      {"path", [](auto& r) { r.parts.path += "/x"; }, errc::unauthenticated, "the signature is wrong"},
      {"query", [](auto& r) { r.parts.query = "dry=0"; }, errc::unauthenticated, "the signature is wrong"},
      {"nonce", [](auto& r) { r.replace("Signature-Input", "nonce=\"", "nonce=\"x"); }, errc::unauthenticated,
       "the signature is wrong"},
  };
  for (const bad_request& c : cases) {
    signed_request request;
    c.change(request);
    const auto verified = request.verify();
    ASSERT_FALSE(verified) << c.name;
    EXPECT_EQ(verified.error().code, c.code) << c.name;
    EXPECT_NE(verified.error().message.find(c.says), std::string::npos)
        << c.name << ": " << verified.error().message;
  }
}

TEST(VerifyRequest, SaysHowFarTheClocksAreApart) {
  const auto late = signed_request(k_now - 200s).verify();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().message,
            "the clock of the caller is 3m 20s behind, or the request is that old; allowed is 1m 0s");
  const auto early = signed_request(k_now + 90s).verify();
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().message, "the clock of the caller is 1m 30s ahead; allowed is 1m 0s");
  EXPECT_TRUE(signed_request(k_now - 60s).verify());
  EXPECT_TRUE(signed_request(k_now + 60s).verify());
  EXPECT_TRUE(signed_request(k_now - 200s).verify(k_now, {.max_skew = 300s}));
  const auto expired = signed_request(k_now - 310s).verify(k_now, {.max_skew = 600s});
  ASSERT_FALSE(expired);
  EXPECT_EQ(expired.error().message, "the signature expired 10s ago");
}

TEST(VerifyRequest, SaysHowLongTheNonceMatters) {
  for (const auto skew : {60s, 600s}) {
    const signed_request request;
    const wall_time until = request.verify(k_now, {.max_skew = skew})->expires;
    EXPECT_TRUE(request.verify(until - 1ms, {.max_skew = skew}));
    EXPECT_FALSE(request.verify(until, {.max_skew = skew}));
  }
}

}  // namespace
}  // namespace leadsman::sign
