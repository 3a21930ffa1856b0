#include "app/config.hpp"

#include <fstream>
#include <sstream>

#include "document/yaml.hpp"

namespace leadsman::app {

using document::object_reader;
using nlohmann::json;

namespace {

const std::string* find(const environment& env, const char* name) {
  const auto at = env.find(name);
  return at == env.end() || at->second.empty() ? nullptr : &at->second;
}

result<void> read_listen(config& out, const std::vector<std::string>& addresses) {
  for (const std::string& text : addresses) {
    auto parsed = http::parse_listen_address(text);
    if (!parsed) return fail(errc::invalid_input, parsed.error().message, "listen");
    out.server.listen.push_back(std::move(*parsed));
  }
  return {};
}

result<void> read_tls(config& out, const json& value) {
  if (value.is_null()) return {};
  object_reader in(value, "tls");
  out.server.tls = http::tls_files{in.string("certificate"), in.string("key")};
  return in.finish();
}

result<void> read_clusters(config& out, const json& value) {
  if (!value.is_object()) return fail(errc::invalid_input, "expected a mapping of names to clusters, found " + document::describe(value), "clusters");
  for (const auto& [name, item] : value.items()) {
    object_reader in(item, "clusters." + name);
    cluster_config cluster{in.string("kubeconfig", ""), in.string("context", "")};
    if (cluster.kubeconfig.empty() != in.boolean("in-cluster", false)) {
      in.reject("kubeconfig", "say either kubeconfig: FILE or in-cluster: true");
    }
    LEADSMAN_CHECK(in.finish());
    out.clusters[name] = std::move(cluster);
  }
  return {};
}

result<void> read_access(config& out, const json& value) {
  if (value.is_null()) return {};
  object_reader in(value, "access");
  const json& keys = in.child("keys");
  LEADSMAN_CHECK(in.finish());
  LEADSMAN_TRY(out.access, auth::parse_policy(keys, "access.keys"));
  return {};
}

result<void> read_helm(config& out, const json& value, const environment& env) {
  if (const std::string* path = find(env, "LEADSMAN_HELM")) out.helm = *path;
  if (value.is_null()) return {};
  object_reader in(value, "helm");
  const std::string path = in.string("path", "");
  if (out.helm.empty()) out.helm = path;
  out.helm_sha256 = in.string("sha256", "");
  out.helm_processes = static_cast<size_t>(in.integer("processes", 2, 1, 64));
  return in.finish();
}

result<void> read_retention(config& out, const json& value) {
  if (value.is_null()) return {};
  object_reader in(value, "retention");
  const auto days = std::chrono::duration_cast<std::chrono::days>(out.retention.max_age).count();
  // At least a day: a chart is uploaded a moment before the deployment that mentions it.
  out.retention.max_age = std::chrono::days(in.integer("days", days, 1, 3650));
  out.retention.keep_per_release = static_cast<int>(in.integer("keep-per-release", out.retention.keep_per_release, 1, 1000));
  return in.finish();
}

constexpr std::pair<std::string_view, bool> k_log_formats[]{{"text", false}, {"json", true}};
constexpr std::pair<std::string_view, std::string_view> k_log_levels[]{
    {"debug", "debug"}, {"info", "info"}, {"warning", "warning"}, {"error", "error"}};

result<void> read_log(config& out, const json& value, const environment& env) {
  json merged = value.is_null() ? json::object() : value;
  if (const std::string* level = find(env, "LEADSMAN_LOG_LEVEL"); level && merged.is_object()) merged["level"] = *level;
  if (const std::string* format = find(env, "LEADSMAN_LOG_FORMAT"); format && merged.is_object()) merged["format"] = *format;
  object_reader in(merged, "log");
  out.log_level = in.choice("level", std::string_view("info"), k_log_levels);
  out.log_json = in.choice("format", false, k_log_formats);
  return in.finish();
}

result<config> read(const json& value, const environment& env) {
  config out;
  object_reader in(value, "");
  out.name = in.string("name", "leadsman-agent");
  out.state = in.string("state", "");
  std::vector<std::string> listen = in.strings("listen");
  out.server.behind_proxy = in.boolean("behind-proxy", false);
  const json& tls = in.child("tls");
  const json& clusters = in.child("clusters");
  const json& access = in.child("access");
  const json& helm = in.child("helm");
  const json& retention = in.child("retention");
  const json& log = in.child("log");
  LEADSMAN_CHECK(in.finish());
  if (const std::string* state = find(env, "LEADSMAN_STATE")) out.state = *state;
  if (const std::string* address = find(env, "LEADSMAN_LISTEN")) listen = {*address};
  if (out.state.empty()) return fail(errc::invalid_input, "is required: the folder where the agent keeps its database", "state");
  if (listen.empty()) return fail(errc::invalid_input, "is required: where the agent listens, such as 127.0.0.1:8080 or unix:/run/leadsman/agent.sock", "listen");
  LEADSMAN_CHECK(read_listen(out, listen));
  LEADSMAN_CHECK(read_tls(out, tls));
  LEADSMAN_CHECK(read_clusters(out, clusters));
  LEADSMAN_CHECK(read_access(out, access));
  LEADSMAN_CHECK(read_helm(out, helm, env));
  LEADSMAN_CHECK(read_retention(out, retention));
  LEADSMAN_CHECK(read_log(out, log, env));
  return out;
}

}  // namespace

result<config> parse_config(std::string_view text, std::string_view file, const environment& env) {
  LEADSMAN_TRY(const document::yaml_document parsed, document::parse_yaml(text, file));
  auto read_it = read(parsed.value, env);
  if (!read_it) return fail(document::locate(read_it.error(), parsed, file));
  return read_it;
}

result<config> load_config(const std::filesystem::path& file, const environment& env) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(errc::not_found, "the configuration file cannot be read", file.string());
  std::stringstream text;
  text << in.rdbuf();
  return parse_config(text.str(), file.string(), env);
}

}  // namespace leadsman::app
