#include "kube/kubeconfig.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/text.hpp"
#include "document/yaml.hpp"
#include "kube/base64.hpp"
#include "kube/object_ref.hpp"
#include "net/certificate.hpp"

namespace leadsman::kube {

result<std::string> read_file(const std::filesystem::path& file) {
  std::error_code failure;
  if (!std::filesystem::exists(file, failure)) return fail(errc::not_found, "there is no file " + file.string());
  std::ifstream in(file, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in) return fail(errc::forbidden, "the file " + file.string() + " cannot be read");
  return text;
}

namespace {

std::unexpected<error> refuse(std::string message, std::string field = {}) {
  return fail(errc::invalid_input, "the kubeconfig " + std::move(message), std::move(field));
}

// The entry of `list` ("contexts") called `name`, its inside ("context").
result<json> named(const json& config, const std::string& list, const std::string& inside, const std::string& name) {
  std::vector<std::string> names;
  for (const json& entry : at(config, list)) {
    if (text_at(entry, "/name") == name) return at(entry, inside);
    names.push_back(text_at(entry, "/name"));
  }
  const auto suggestion = nearest(name, names);
  return fail(errc::not_found, "the kubeconfig has no " + inside + " '" + name + "'; it has " +
                                   (names.empty() ? "none" : join(names, ", ")) +
                                   (suggestion ? " (did you mean '" + *suggestion + "'?)" : ""));
}

// Reads one kubeconfig; the references stay valid while parse_kubeconfig runs.
struct config_parser {
  const std::filesystem::path& folder;
  const file_reader& read;
  wall_time now;

  std::filesystem::path resolved(const std::string& file) const {
    const std::filesystem::path path(file);
    return path.is_absolute() ? path : folder / path;
  }

  // "certificate-authority" or "certificate-authority-data", the latter first; empty when there is neither.
  result<std::string> material(const json& from, const std::string& key) const {
    if (const std::string data = text_at(from, key + "-data"); !data.empty()) {
      auto bytes = decode_base64(data);
      if (!bytes) return refuse("'s " + key + "-data " + bytes.error().message);
      return bytes;
    }
    const std::string file = text_at(from, key);
    if (file.empty()) return std::string();
    auto text = read(resolved(file));
    if (!text) return refuse("names a " + key + " that cannot be used: " + text.error().message);
    return text;
  }

  result<void> read_cluster(const json& cluster, cluster_access& access) const {
    auto server = net::parse_endpoint(text_at(cluster, "/server"));
    if (!server) return refuse("'s server: " + server.error().message);
    if (!text_at(cluster, "/proxy-url").empty()) return refuse("asks for a proxy (proxy-url), which is not supported");
    access.server = std::move(*server);
    access.tls.insecure = flag_at(cluster, "/insecure-skip-tls-verify");
    access.tls.server_name = text_at(cluster, "/tls-server-name");
    LEADSMAN_TRY(access.tls.ca_pem, material(cluster, "certificate-authority"));
    return {};
  }

  result<void> check_certificate(const std::string& pem) const {
    auto certificate = net::parse_certificate(pem);
    if (!certificate) return refuse("'s client certificate cannot be read: " + certificate.error().message);
    if (certificate->not_after > now) return {};
    return fail(errc::unauthenticated, "the client certificate of the kubeconfig (" + certificate->subject + ") expired at " +
                                           format_rfc3339(certificate->not_after) + "; a new kubeconfig is needed");
  }

  result<void> read_user(const json& user, cluster_access& access) const {
    if (!at(user, "/auth-provider").is_null()) return refuse("uses an auth-provider, which Kubernetes no longer has; use exec");
    if (!at(user, "/as").is_null() || !at(user, "/as-uid").is_null()) {
      return refuse("impersonates (as: …), which is not supported");
    }
    LEADSMAN_TRY(access.tls.client_cert_pem, material(user, "client-certificate"));
    LEADSMAN_TRY(access.tls.client_key_pem, material(user, "client-key"));
    if (access.tls.client_cert_pem.empty() != access.tls.client_key_pem.empty()) {
      return refuse("has a client certificate or a client key, but not both");
    }
    if (!access.tls.client_cert_pem.empty()) LEADSMAN_CHECK(check_certificate(access.tls.client_cert_pem));
    access.token = trim(text_at(user, "/token"));
    if (const std::string file = text_at(user, "/tokenFile"); !file.empty()) access.token_file = resolved(file);
    access.user_name = text_at(user, "/username");
    access.password = text_at(user, "/password");
    const json& exec = at(user, "/exec");
    if (!exec.is_object()) return {};
    LEADSMAN_TRY(access.exec, read_exec(exec));
    return {};
  }

  result<exec_command> read_exec(const json& exec) const {
    exec_command command{.api_version = text_at(exec, "/apiVersion"), .command = text_at(exec, "/command")};
    command.install_hint = text_at(exec, "/installHint");
    command.provide_cluster_info = flag_at(exec, "/provideClusterInfo");
    if (command.command.empty()) return refuse("'s exec section has no command");
    if (command.api_version != "client.authentication.k8s.io/v1" &&
        command.api_version != "client.authentication.k8s.io/v1beta1") {
      return refuse("'s exec section has apiVersion '" + command.api_version +
                    "'; known are client.authentication.k8s.io/v1 and v1beta1");
    }
    if (text_at(exec, "/interactiveMode") == "Always") {
      return refuse("'s exec command " + command.command + " needs a terminal (interactiveMode: Always), and here is none");
    }
    if (command.command.find('/') != std::string::npos) command.command = resolved(command.command).string();
    for (const json& argument : at(exec, "/args")) {
      command.args.push_back(argument.is_string() ? argument.get<std::string>() : argument.dump());
    }
    for (const json& variable : at(exec, "/env")) {
      command.env.emplace_back(text_at(variable, "/name"), text_at(variable, "/value"));
    }
    return command;
  }
};

}  // namespace

result<cluster_access> parse_kubeconfig(std::string_view text, std::string_view context, const std::filesystem::path& folder,
                                        const file_reader& read, wall_time at_time) {
  auto document = document::parse_yaml(text, "kubeconfig");
  if (!document) return refuse(document.error().message, document.error().field);
  const json& config = document->value;
  if (!config.is_object() || !config.contains("clusters")) return refuse("has no clusters: is this a kubeconfig?");

  cluster_access access;
  access.context = context.empty() ? text_at(config, "/current-context") : std::string(context);
  if (access.context.empty()) return refuse("has no current-context; name the context to use");
  LEADSMAN_TRY(const json chosen, named(config, "contexts", "context", access.context));
  LEADSMAN_TRY(const json cluster, named(config, "clusters", "cluster", text_at(chosen, "/cluster")));
  access.name_space = text_at(chosen, "/namespace", "default");
  const config_parser parser{folder, read, at_time};
  LEADSMAN_CHECK(parser.read_cluster(cluster, access));
  if (const std::string user = text_at(chosen, "/user"); !user.empty()) {
    LEADSMAN_TRY(const json chosen_user, named(config, "users", "user", user));
    LEADSMAN_CHECK(parser.read_user(chosen_user, access));
  }
  return access;
}

result<cluster_access> load_kubeconfig(const std::filesystem::path& file, std::string_view context) {
  LEADSMAN_TRY(const std::string text, read_file(file));
  return parse_kubeconfig(text, context, std::filesystem::absolute(file).parent_path(), &read_file, now());
}

result<std::optional<cluster_access>> in_cluster_access(const environment_reader& environment, const file_reader& read) {
  const std::filesystem::path folder = "/var/run/secrets/kubernetes.io/serviceaccount";
  const auto host = environment("KUBERNETES_SERVICE_HOST");
  const auto port = environment("KUBERNETES_SERVICE_PORT");
  if (!host || host->empty() || !port) return std::nullopt;
  const bool v6 = host->find(':') != std::string::npos;
  cluster_access access;
  access.context = "in-cluster";
  LEADSMAN_TRY(access.server, net::parse_endpoint("https://" + (v6 ? "[" + *host + "]" : *host) + ":" + *port));
  auto authority = read(folder / "ca.crt");
  if (!authority) {
    return fail(authority.error().code,
                "this runs in a cluster, but without its certificate authority: " + authority.error().message);
  }
  access.tls.ca_pem = std::move(*authority);
  access.token_file = folder / "token";
  if (const auto name_space = read(folder / "namespace")) access.name_space = trim(*name_space);
  return access;
}

result<std::optional<cluster_access>> in_cluster_access() {
  return in_cluster_access(
      [](std::string_view name) -> std::optional<std::string> {
        const char* const value = std::getenv(std::string(name).c_str());
        return value ? std::optional<std::string>(value) : std::nullopt;
      },
      &read_file);
}

}  // namespace leadsman::kube
