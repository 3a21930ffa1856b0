#include "sign/http_signature.hpp"

#include "sign/hash.hpp"
#include "sign/request_components.hpp"

namespace leadsman::sign {

namespace {

constexpr std::string_view k_label = "leadsman";

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out += '"';
}

int64_t unix_seconds(wall_time at) {
  return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

}  // namespace

std::string serialize_params(std::span<const component> covered, const signature_params& params) {
  std::string text = "(";
  for (const component& c : covered) {
    if (text.size() > 1) text += ' ';
    text += quoted(c.name);
  }
  text += ')';
  if (params.created) text += ";created=" + std::to_string(*params.created);
  if (params.expires) text += ";expires=" + std::to_string(*params.expires);
  if (!params.nonce.empty()) text += ";nonce=" + quoted(params.nonce);
  if (!params.keyid.empty()) text += ";keyid=" + quoted(params.keyid);
  if (!params.alg.empty()) text += ";alg=" + quoted(params.alg);
  if (!params.tag.empty()) text += ";tag=" + quoted(params.tag);
  return text;
}

std::string signature_base(std::span<const component> covered, std::string_view params) {
  std::string text;
  for (const component& c : covered) ((text += quoted(c.name) + ": ") += c.value) += '\n';
  return (text += "\"@signature-params\": ") += params;
}

std::string content_digest(std::string_view body) {
  return "sha-256=:" + to_base64(sha256(body)) + ":";
}

header_list sign_request(const request_parts& parts, const private_key& key, wall_time created,
                         std::string_view nonce, const header_list& sent) {
  header_list headers{{"Content-Digest", content_digest(parts.body)}};
  std::vector<component> covered;
  for (const std::string_view name : k_required_components) {
    covered.push_back({std::string(name), component_value(name, parts, headers).value_or("")});
  }
  for (const std::string_view name : k_covered_when_present) {
    if (auto value = component_value(name, parts, sent)) covered.push_back({std::string(name), std::move(*value)});
  }
  signature_params values;
  values.created = unix_seconds(created);
  values.expires = *values.created + k_signature_lifetime.count();
  values.nonce = nonce;
  values.keyid = key.public_part().id();
  values.alg = k_algorithm;
  values.tag = k_signature_tag;
  const std::string params = serialize_params(covered, values);
  const std::string signature = key.sign(signature_base(covered, params));
  headers.push_back({"Signature-Input", std::string(k_label) + "=" + params});
  headers.push_back({"Signature", std::string(k_label) + "=:" + to_base64(signature) + ":"});
  return headers;
}

std::string make_nonce() {
  return to_base64url(random_bytes(16));
}

}  // namespace leadsman::sign
