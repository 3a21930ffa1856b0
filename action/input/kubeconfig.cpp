#include "action/input/kubeconfig.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "document/yaml.hpp"
#include "sign/hash.hpp"

namespace leadsman::action {

namespace {

constexpr const char* k_field = "kubeconfig";

std::unexpected<error> refuse(const std::string& why) {
  return fail(errc::invalid_input, why + "; expected is a kubeconfig in YAML, or the base64 of one", k_field);
}

bool looks_like_kubeconfig(std::string_view text) {
  return text.find("clusters:") != std::string_view::npos || text.find("\"clusters\"") != std::string_view::npos;
}

bool is_secret_key(std::string_view key) {
  constexpr std::array<std::string_view, 8> k_keys{"token",    "password",      "client-key-data", "id-token",
                                                   "refresh-token", "access-token", "client-secret",   "secret"};
  return std::ranges::find(k_keys, key) != k_keys.end();
}

void collect(const nlohmann::json& value, std::vector<std::string>& secrets) {
  if (value.is_array()) {
    for (const auto& each : value) collect(each, secrets);
  }
  if (!value.is_object()) return;
  for (const auto& [key, each] : value.items()) {
    if (!each.is_string() || !is_secret_key(key)) {
      collect(each, secrets);
      continue;
    }
    const std::string& secret = each.get_ref<const std::string&>();
    secrets.push_back(secret);
    if (const auto inner = sign::from_base64(secret); inner && key.ends_with("-data")) secrets.push_back(*inner);
  }
}

}  // namespace

result<std::string> decode_kubeconfig(std::string_view given) {
  if (trim(given).empty()) return refuse("is empty");
  std::string text(given);
  if (!looks_like_kubeconfig(text)) {
    std::erase_if(text, [](char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; });
    while (text.size() % 4 != 0) text += '=';
    const auto decoded = sign::from_base64(text);
    if (!decoded) return refuse("is neither YAML with clusters nor base64");
    text = *decoded;
  }
  if (!looks_like_kubeconfig(text)) return refuse("has no clusters");
  const auto parsed = document::parse_yaml(text, k_field);
  if (!parsed) return refuse("is not valid YAML");
  return text;
}

std::vector<std::string> secrets_of_kubeconfig(std::string_view yaml) {
  const auto parsed = document::parse_yaml(yaml, k_field);
  std::vector<std::string> secrets;
  if (parsed && parsed->value.is_object()) collect(parsed->value, secrets);
  return secrets;
}

}  // namespace leadsman::action
