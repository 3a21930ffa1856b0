#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "sign/key.hpp"

// HTTP Message Signatures (RFC 9421) with Content-Digest (RFC 9530), Ed25519. All pure: time and nonces are
// parameters.
namespace leadsman::sign {

struct header {
  std::string name;  // compared without regard to case
  std::string value;
};
using header_list = std::vector<header>;

// What a signature covers of a request. Both sides normalize: an empty path is "/", the authority is lower
// case and without a default port.
struct request_parts {
  std::string method;
  std::string authority;  // the Host header: "agent.example.com:8443"
  std::string path;       // as it is on the wire, percent-encoded
  std::string query;      // without "?"; empty when there is none
  std::string_view body;
};

inline constexpr std::string_view k_signature_tag = "leadsman";
inline constexpr std::chrono::seconds k_signature_lifetime{300};
inline constexpr std::chrono::seconds k_longest_lifetime{900};
inline constexpr std::chrono::seconds k_default_skew{60};

// A covered component and its value: a derived one ("@method") or a header by its lower-case name.
struct component {
  std::string name;
  std::string value;
};

struct signature_params {
  std::optional<int64_t> created{};  // Unix seconds
  std::optional<int64_t> expires{};
  std::string nonce{};  // empty texts are left out
  std::string keyid{};
  std::string alg{};
  std::string tag{};
};

// ("@method" "date");created=1618884473;keyid="k": the value of @signature-params and of Signature-Input.
std::string serialize_params(std::span<const component> covered, const signature_params& params);

// The text that is signed (RFC 9421 §2.5). `params` is the serialized form above.
std::string signature_base(std::span<const component> covered, std::string_view params);

// sha-256=:<base64>:
std::string content_digest(std::string_view body);

// The headers to add: Content-Digest, Signature-Input, Signature. Covers "@method" "@authority" "@path"
// "@query" "content-digest", and "idempotency-key" when it is among `sent`, the request's own headers.
header_list sign_request(const request_parts& parts, const private_key& key, wall_time created,
                         std::string_view nonce, const header_list& sent = {});

std::string make_nonce();  // 128 random bits, URL-safe

struct parsed_signature {
  std::vector<std::string> covered;  // component names in their order
  std::string params;                // as received, for signature_base
  signature_params values;
  std::string signature;  // 64 bytes
};

// The signature with this tag; others (a proxy's) are passed over. Errors: unauthenticated (there is none),
// invalid_input (malformed).
result<parsed_signature> parse_signature(const header_list& headers, std::string_view tag = k_signature_tag);

struct verified_request {
  std::string keyid;
  std::string nonce;
  // Before this moment the same request would be accepted again: keep the nonce that long.
  wall_time expires;
};

using key_lookup = std::function<std::optional<public_key>(std::string_view keyid)>;

struct verify_options {
  std::chrono::seconds max_skew = k_default_skew;
  std::string tag = std::string(k_signature_tag);
};

// Does not look at nonces seen before: the caller keeps them, by keyid.
// Errors: invalid_input (malformed, covers too little), unauthenticated (not signed, unknown key, the body is
// not what was signed, wrong signature, expired, clocks too far apart). `field` names the header.
result<verified_request> verify_request(const request_parts& parts, const header_list& headers,
                                        const key_lookup& lookup, wall_time now,
                                        const verify_options& options = {});

// verify_request in two steps, for a server that will not hold the body of somebody unknown: the head, whose
// signature covers Content-Digest, and then the body against that. Errors as above.
result<verified_request> verify_head(const request_parts& parts, const header_list& headers,
                                     const key_lookup& lookup, wall_time now,
                                     const verify_options& options = {});
result<void> check_content_digest(const header_list& headers, std::string_view body);

}  // namespace leadsman::sign
