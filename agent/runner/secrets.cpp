#include "runner/secrets.hpp"

#include <algorithm>
#include <cctype>

#include "sign/hash.hpp"

namespace leadsman::runner {

using nlohmann::json;

bool speaks_of_secret(std::string_view key) {
  std::string word;
  for (const char c : key) {
    if (c != '-' && c != '_') word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  constexpr std::string_view k_words[]{"password", "passwd", "passphrase", "secret", "token", "credential", "privatekey", "apikey", "accesskey"};
  return std::ranges::any_of(k_words, [&](std::string_view w) { return word.find(w) != std::string::npos; });
}

namespace {

void collect(const json& value, bool secret, std::vector<std::string>& found) {
  if (value.is_string() && secret) found.push_back(value.get<std::string>());
  if (value.is_number() && secret) found.push_back(value.dump());  // a password of digits without quotes
  if (value.is_array()) {
    for (const json& item : value) collect(item, secret, found);
  }
  if (!value.is_object()) return;
  for (const auto& [key, child] : value.items()) collect(child, secret || speaks_of_secret(key), found);
}

}  // namespace

std::vector<std::string> secrets_in_values(const json& values) {
  std::vector<std::string> found;
  collect(values, false, found);
  return found;
}

std::vector<std::string> secrets_in_manifest(const std::vector<helm::object>& objects) {
  std::vector<std::string> found;
  for (const helm::object& o : objects) {
    if (o.kind != "Secret" || !o.value.is_object()) continue;
    if (const auto text = o.value.find("stringData"); text != o.value.end()) collect(*text, true, found);
    const auto data = o.value.find("data");
    if (data == o.value.end() || !data->is_object()) continue;
    for (const json& item : *data) {
      if (!item.is_string()) continue;
      if (auto decoded = sign::from_base64(item.get_ref<const std::string&>())) found.push_back(std::move(*decoded));
    }
  }
  return found;
}

}  // namespace leadsman::runner
