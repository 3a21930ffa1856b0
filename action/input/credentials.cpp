#include "action/input/credentials.hpp"

#include <filesystem>

#include "action/input/kubeconfig.hpp"
#include "action/input/text_or_file.hpp"
#include "base/text.hpp"

namespace leadsman::action {

namespace {

constexpr std::string_view k_private_mark = "ed25519-secret:";

bool is_file(const std::string& path) {
  std::error_code failure;
  return path.find('\n') == std::string::npos && std::filesystem::is_regular_file(path, failure);
}

result<cluster_access> from_list(const std::string& list) {
  std::vector<std::string> files;
  for (const std::string_view each : split(list, ':')) {
    if (is_file(std::string(each))) files.emplace_back(each);
  }
  if (files.size() == 1) return cluster_access{files.front(), "", false};
  if (files.empty()) return fail(errc::invalid_input, "names no file that exists: '" + truncate(list, 300) + "'", "KUBECONFIG");
  return fail(errc::invalid_input, "names several files, which Leadsman does not merge; give one with --kubeconfig", "KUBECONFIG");
}

}  // namespace

result<std::optional<sign::private_key>> load_key(const arguments& given, const environment& env) {
  const std::string source = first_of(given.key, env.get("LEADSMAN_KEY"));
  const std::string field = given.key.empty() ? "LEADSMAN_KEY" : "key";
  if (source.empty()) return std::optional<sign::private_key>();
  if (source.starts_with("ed25519:")) {
    return fail(errc::invalid_input, "is a public key; signing needs the private one (\"leadsman key generate\" makes both)", field);
  }
  LEADSMAN_TRY(const std::string text, text_or_file(source, k_private_mark, field));
  auto key = sign::private_key::parse(trim(text));
  if (!key) return fail(errc::invalid_input, key.error().message, field);
  return std::optional<sign::private_key>(std::move(*key));
}

result<std::string> load_ca(const arguments& given, const environment& env) {
  const std::string source = first_of(given.ca, env.get("LEADSMAN_CA"));
  if (source.empty()) return std::string();
  LEADSMAN_TRY(std::string pem, text_or_file(source, "-----BEGIN", "ca"));
  if (pem.find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
    return fail(errc::invalid_input, "has no certificate; expected is PEM with BEGIN CERTIFICATE", "ca");
  }
  return pem;
}

result<cluster_access> find_cluster(const arguments& given, const environment& env) {
  const std::string source = first_of(given.kubeconfig, env.get("KUBE_CONFIG_B64"));
  if (is_file(source)) return cluster_access{source, "", false};
  if (!source.empty()) {
    // One line with a slash or a name's dot that is no file was meant as a path.
    const bool path = source.size() < 300 && (source.starts_with('/') || source.starts_with("./") || source.starts_with('~'));
    if (path && source.find('\n') == std::string::npos) {
      return fail(errc::invalid_input, "there is no file '" + truncate(source, 300) + "'", "kubeconfig");
    }
    LEADSMAN_TRY(std::string content, decode_kubeconfig(source));
    return cluster_access{"", std::move(content), false};
  }
  if (const std::string list = env.get("KUBECONFIG"); !list.empty()) return from_list(list);
  if (const std::string usual = env.get("HOME") + "/.kube/config"; is_file(usual)) return cluster_access{usual, "", false};
  if (!env.get("KUBERNETES_SERVICE_HOST").empty()) return cluster_access{"", "", true};
  return fail(errc::invalid_input,
              "neither an agent nor a cluster is known; give --agent (or LEADSMAN_AGENT) to talk to an agent, or "
              "--kubeconfig (or KUBECONFIG, KUBE_CONFIG_B64) to work without one",
              "agent");
}

std::vector<std::string> known_secrets(const arguments& given, const environment& env) {
  std::vector<std::string> secrets;
  if (!given.github_token.empty()) secrets.push_back(given.github_token);
  for (const std::string& source : {given.key, env.get("LEADSMAN_KEY")}) {
    if (source.empty() || source.starts_with("ed25519:")) continue;
    if (const auto text = text_or_file(source, k_private_mark, "key")) secrets.push_back(*text);
  }
  for (const std::string& source : {given.kubeconfig, env.get("KUBE_CONFIG_B64")}) {
    if (source.empty()) continue;
    const bool file = is_file(source);
    result<std::string> text = file ? read_file(source, "kubeconfig") : decode_kubeconfig(source);
    if (!text) continue;
    if (!file && source != *text) secrets.push_back(source);  // the base64 itself
    for (std::string& secret : secrets_of_kubeconfig(*text)) secrets.push_back(std::move(secret));
  }
  return secrets;
}

}  // namespace leadsman::action
