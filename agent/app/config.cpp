#include "app/config.hpp"

#include <fstream>
#include <optional>
#include <sstream>

#include "app/chart_config.hpp"
#include "app/own_release.hpp"
#include "base/text.hpp"
#include "document/yaml.hpp"

namespace leadsman::app {

using document::object_reader;
using nlohmann::json;

namespace {

const std::string* find(const environment& env, const char* name) {
  const auto at = env.find(name);
  return at == env.end() || at->second.empty() ? nullptr : &at->second;
}

result<std::vector<http::listen_address>> parse_addresses(const std::vector<std::string>& texts, const std::string& field) {
  std::vector<http::listen_address> addresses;
  for (const std::string& text : texts) {
    auto parsed = http::parse_listen_address(text);
    if (!parsed) return fail(errc::invalid_input, parsed.error().message, field);
    addresses.push_back(std::move(*parsed));
  }
  return addresses;
}

constexpr std::pair<std::string_view, bool> k_log_formats[]{{"text", false}, {"json", true}};
constexpr std::pair<std::string_view, std::string_view> k_log_levels[]{
    {"debug", "debug"}, {"info", "info"}, {"warning", "warning"}, {"error", "error"}};

// What the environment says instead of the file. Read by itself: what is wrong here stands on no line of the file.
struct overrides {
  std::string state;
  std::vector<http::listen_address> listen;
  std::string helm;
  std::string log_level;
  std::optional<bool> log_json;
  std::optional<model::release_id> own_release;
};

result<overrides> read_environment(const environment& env) {
  json given = json::object();
  for (const char* name : {"LEADSMAN_STATE", "LEADSMAN_LISTEN", "LEADSMAN_HELM", "LEADSMAN_LOG_LEVEL", "LEADSMAN_LOG_FORMAT", "LEADSMAN_OWN_RELEASE"}) {
    if (const std::string* value = find(env, name)) given[name] = *value;
  }
  overrides out;
  object_reader in(given, "");
  out.state = in.string("LEADSMAN_STATE", "");
  const std::vector<std::string> addresses = in.strings("LEADSMAN_LISTEN");
  out.helm = in.string("LEADSMAN_HELM", "");
  out.log_level = in.choice("LEADSMAN_LOG_LEVEL", std::string_view(), k_log_levels);
  if (in.has("LEADSMAN_LOG_FORMAT")) out.log_json = in.choice("LEADSMAN_LOG_FORMAT", false, k_log_formats);
  const std::string own_release = in.string("LEADSMAN_OWN_RELEASE", "");
  LEADSMAN_CHECK(in.finish());
  LEADSMAN_TRY(out.listen, parse_addresses(addresses, "LEADSMAN_LISTEN"));
  if (!own_release.empty()) { LEADSMAN_TRY(out.own_release, parse_own_release(own_release, "LEADSMAN_OWN_RELEASE")); }
  return out;
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
    if (cluster.kubeconfig.empty() && !cluster.context.empty()) in.reject("context", "is one of a kubeconfig, and none is named");
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

result<void> read_helm(config& out, const json& value) {
  if (value.is_null()) return {};
  object_reader in(value, "helm");
  out.helm = in.string("path", "");
  out.helm_sha256 = in.string("sha256", "");
  if (!out.helm_sha256.empty() && !is_sha256_hex(out.helm_sha256)) {
    in.reject("sha256", "is not a SHA-256 digest; expected 64 lower-case hexadecimal digits");
  }
  out.helm_processes = static_cast<size_t>(in.integer("processes", 2, 1, 64));
  return in.finish();
}

result<void> read_probes(config& out, const std::vector<std::string>& origins) {
  for (const std::string& text : origins) {
    auto origin = model::parse_probe_origin(text);
    if (!origin) return fail(errc::invalid_input, origin.error().message, "probes[" + std::to_string(out.probes.origins.size()) + "]");
    out.probes.origins.push_back(std::move(*origin));
  }
  return {};
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

result<void> read_log(config& out, const json& value) {
  if (value.is_null()) return {};
  object_reader in(value, "log");
  out.log_level = in.choice("level", std::string_view("info"), k_log_levels);
  out.log_json = in.choice("format", false, k_log_formats);
  return in.finish();
}

result<void> check_own_cluster(const config& settings, const char* said_in) {
  const auto& own = settings.own_release;
  if (!own || settings.clusters.contains(own->cluster)) return {};
  std::vector<std::string> known;
  for (const auto& [name, ignored] : settings.clusters) known.push_back(name);
  return fail(errc::invalid_input, "'" + own->cluster + "' is no cluster of this configuration; it has " + one_of(known), said_in);
}

// `folder` is where relative paths begin.
result<config> read(const json& value, const overrides& instead, const std::filesystem::path& folder) {
  config out;
  object_reader in(value, "");
  out.name = in.string("name", "leadsman-agent");
  out.state = first_of(instead.state, in.string("state", ""));
  const std::vector<std::string> listen = in.strings("listen");
  out.server.behind_proxy = in.boolean("behind-proxy", false);
  const json& tls = in.child("tls");
  const json& clusters = in.child("clusters");
  const json& access = in.child("access");
  const json& helm = in.child("helm");
  const json& charts = in.child("charts");
  const json& plugins = in.child("plugins");
  const std::vector<std::string> probes = in.strings("probes");
  const json& retention = in.child("retention");
  const json& own_release = in.child("own-release");
  const json& log = in.child("log");
  LEADSMAN_CHECK(in.finish());
  if (out.state.empty()) return fail(errc::invalid_input, "is required: the folder where the agent keeps its database", "state");
  out.server.listen = instead.listen;
  if (listen.empty() && instead.listen.empty()) return fail(errc::invalid_input, "is required: where the agent listens, such as 127.0.0.1:8080 or unix:/run/leadsman/agent.sock", "listen");
  if (instead.listen.empty()) { LEADSMAN_TRY(out.server.listen, parse_addresses(listen, "listen")); }
  LEADSMAN_CHECK(read_tls(out, tls));
  LEADSMAN_CHECK(read_clusters(out, clusters));
  LEADSMAN_CHECK(read_access(out, access));
  LEADSMAN_CHECK(read_helm(out, helm));
  LEADSMAN_TRY(out.charts, read_chart_sources(charts));
  LEADSMAN_TRY(out.plugins, plugin::read_registrations(plugins, "plugins", folder));
  LEADSMAN_CHECK(read_probes(out, probes));
  LEADSMAN_CHECK(read_retention(out, retention));
  if (!own_release.is_null()) { LEADSMAN_TRY(out.own_release, read_own_release(own_release)); }
  LEADSMAN_CHECK(read_log(out, log));
  out.helm = first_of(instead.helm, out.helm);
  out.log_level = first_of(instead.log_level, out.log_level);
  out.log_json = instead.log_json.value_or(out.log_json);
  LEADSMAN_CHECK(check_own_cluster(out, "own-release.cluster"));
  return out;
}

}  // namespace

result<config> parse_config(std::string_view text, std::string_view file, const environment& env) {
  LEADSMAN_TRY(const document::yaml_document parsed, document::parse_yaml(text, file));
  LEADSMAN_TRY(const overrides instead, read_environment(env));
  auto read_it = read(parsed.value, instead, std::filesystem::path(file).parent_path());
  if (!read_it) return fail(document::locate(read_it.error(), parsed, file));
  if (!instead.own_release) return read_it;
  read_it->own_release = instead.own_release;
  LEADSMAN_CHECK(check_own_cluster(*read_it, "LEADSMAN_OWN_RELEASE"));
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
