#include <algorithm>

#include "base/text.hpp"
#include "sign/hash.hpp"
#include "sign/http_signature.hpp"
#include "sign/request_components.hpp"
#include "sign/structured_field.hpp"

namespace leadsman::sign {

namespace {

using std::chrono::seconds;

constexpr size_t k_longest_header = 8192;
constexpr const char* k_input = "Signature-Input";

std::unexpected<error> malformed(const char* header, std::string what) {
  return fail(errc::invalid_input, "the signature is malformed: " + std::move(what), header);
}

std::unexpected<error> not_accepted(const char* header, std::string why) {
  return fail(errc::unauthenticated, std::move(why), header);
}

template <class T>
std::optional<T> param(const sf_member& member, std::string_view name) {
  for (const auto& [key, value] : member.params) {
    if (key == name && std::holds_alternative<T>(value)) return std::get<T>(value);
  }
  return std::nullopt;
}

result<std::vector<sf_member>> read_header(const header_list& headers, const char* name) {
  const auto text = header_value(headers, name);
  if (!text)
    return not_accepted(name, "the request is not signed: it has no " + std::string(name) + " header");
  if (text->size() > k_longest_header) return malformed(name, "the header is too long");
  auto members = parse_dictionary(*text);
  if (!members) return malformed(name, "the header does not follow the grammar of RFC 8941");
  return std::move(*members);
}

signature_params read_params(const sf_member& input) {
  signature_params values;
  values.created = param<int64_t>(input, "created");
  values.expires = param<int64_t>(input, "expires");
  values.nonce = param<std::string>(input, "nonce").value_or("");
  values.keyid = param<std::string>(input, "keyid").value_or("");
  values.alg = param<std::string>(input, "alg").value_or("");
  values.tag = param<std::string>(input, "tag").value_or("");
  return values;
}

result<std::vector<std::string>> read_covered(const sf_member& input) {
  std::vector<std::string> names;
  for (const sf_item& item : input.items) {
    const auto* name = std::get_if<std::string>(&item.value);
    if (!name || !item.params.empty())
      return malformed(k_input, "it covers a component of a kind that is not supported");
    if (std::ranges::find(names, *name) != names.end()) {
      return malformed(k_input, "it covers '" + truncate(*name, 60) + "' twice");
    }
    names.push_back(*name);
  }
  return names;
}

result<void> check_coverage(const parsed_signature& parsed, const header_list& headers) {
  std::vector<std::string_view> wanted(k_required_components.begin(), k_required_components.end());
  for (const std::string_view name : k_covered_when_present) {
    if (header_value(headers, name)) wanted.push_back(name);
  }
  for (const std::string_view name : wanted) {
    if (std::ranges::find(parsed.covered, name) != parsed.covered.end()) continue;
    return malformed(k_input, "it does not cover \"" + std::string(name) + "\"");
  }
  return {};
}

// What Leadsman asks of a signature beyond the grammar: everything of the request is covered, and it can be
// used once.
result<void> check_strength(const parsed_signature& parsed, const header_list& headers) {
  LEADSMAN_CHECK(check_coverage(parsed, headers));
  const signature_params& values = parsed.values;
  if (values.alg != k_algorithm) return malformed(k_input, "its 'alg' has to be \"ed25519\"");
  if (values.keyid.empty()) return malformed(k_input, "it has no 'keyid'");
  if (values.nonce.size() < 8 || values.nonce.size() > 128)
    return malformed(k_input, "its 'nonce' has to have 8 to 128 characters");
  if (!values.created || !values.expires) return malformed(k_input, "it needs both 'created' and 'expires'");
  if (*values.expires < *values.created || *values.expires - *values.created > k_longest_lifetime.count()) {
    return malformed(k_input, "'expires' has to be at most " + std::to_string(k_longest_lifetime.count()) +
                                  " seconds after 'created'");
  }
  return {};
}

result<void> check_signature(const parsed_signature& parsed, const request_parts& parts,
                             const header_list& headers, const public_key& key) {
  std::vector<component> covered;
  for (const std::string& name : parsed.covered) {
    auto value = component_value(name, parts, headers);
    if (!value)
      return malformed(k_input, "it covers '" + truncate(name, 60) + "', which the request does not have");
    covered.push_back({name, std::move(*value)});
  }
  if (key.verify(signature_base(covered, parsed.params), parsed.signature)) return {};
  return not_accepted("Signature",
                      "the signature is wrong: it was made with another key, or the method, host, path, "
                      "query or a header that it covers changed on the way");
}

result<void> check_time(const signature_params& values, wall_time now, seconds max_skew) {
  const seconds here = std::chrono::floor<seconds>(now).time_since_epoch();
  const seconds behind = here - seconds(*values.created);
  if (behind > max_skew || -behind > max_skew) {
    const bool late = behind > seconds(0);
    return not_accepted(k_input, "the clock of the caller is " + format_duration(late ? behind : -behind) +
                                     (late ? " behind, or the request is that old" : " ahead") +
                                     "; allowed is " + format_duration(max_skew));
  }
  if (here > seconds(*values.expires)) {
    return not_accepted(k_input,
                        "the signature expired " + format_duration(here - seconds(*values.expires)) + " ago");
  }
  return {};
}

}  // namespace

result<parsed_signature> parse_signature(const header_list& headers, std::string_view tag) {
  LEADSMAN_TRY(const auto inputs, read_header(headers, k_input));
  LEADSMAN_TRY(const auto signatures, read_header(headers, "Signature"));
  const auto input =
      std::ranges::find_if(inputs, [&](const sf_member& m) { return param<std::string>(m, "tag") == tag; });
  if (input == inputs.end()) {
    return not_accepted(k_input, "the request is not signed for Leadsman: no signature has the tag \"" +
                                     std::string(tag) + "\"");
  }
  const auto signature = std::ranges::find(signatures, input->key, &sf_member::key);
  if (signature == signatures.end() || signature->is_list)
    return malformed("Signature", "there is no signature for this Signature-Input");
  const auto* bytes = std::get_if<sf_bytes>(&signature->items.front().value);
  if (!bytes || bytes->data.size() != 64) return malformed("Signature", "an Ed25519 signature has 64 bytes");
  if (!input->is_list) return malformed(k_input, "it lists no components");
  parsed_signature parsed;
  LEADSMAN_TRY(parsed.covered, read_covered(*input));
  parsed.params = input->text;
  parsed.values = read_params(*input);
  parsed.signature = bytes->data;
  return parsed;
}

result<void> check_content_digest(const header_list& headers, std::string_view body) {
  constexpr const char* k_header = "Content-Digest";
  const auto text = header_value(headers, k_header);
  if (!text) return malformed(k_header, "there is no Content-Digest header");
  const auto members = parse_dictionary(*text);
  if (!members) return malformed(k_header, "the header does not follow the grammar of RFC 8941");
  const auto at = std::ranges::find(*members, "sha-256", &sf_member::key);
  const auto* announced =
      at == members->end() || at->is_list ? nullptr : std::get_if<sf_bytes>(&at->items.front().value);
  if (!announced) return malformed(k_header, "Content-Digest has no sha-256");
  if (equal_constant_time(announced->data, sha256(body))) return {};
  return not_accepted(k_header,
                      "the body is not the one that was signed: its SHA-256 differs from Content-Digest");
}

result<verified_request> verify_head(const request_parts& parts, const header_list& headers,
                                     const key_lookup& lookup, wall_time now, const verify_options& options) {
  LEADSMAN_TRY(const parsed_signature parsed, parse_signature(headers, options.tag));
  LEADSMAN_CHECK(check_strength(parsed, headers));
  const auto key = lookup(parsed.values.keyid);
  if (!key)
    return not_accepted(k_input, "the key '" + truncate(parsed.values.keyid, 80) + "' is not known here");
  LEADSMAN_CHECK(check_signature(parsed, parts, headers, *key));
  LEADSMAN_CHECK(check_time(parsed.values, now, options.max_skew));
  const int64_t last = std::min(*parsed.values.expires, *parsed.values.created + options.max_skew.count());
  return verified_request{parsed.values.keyid, parsed.values.nonce, wall_time(seconds(last + 1))};
}

result<verified_request> verify_request(const request_parts& parts, const header_list& headers,
                                        const key_lookup& lookup, wall_time now,
                                        const verify_options& options) {
  LEADSMAN_TRY(auto verified, verify_head(parts, headers, lookup, now, options));
  LEADSMAN_CHECK(check_content_digest(headers, parts.body));
  return verified;
}

}  // namespace leadsman::sign
