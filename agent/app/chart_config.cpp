#include "app/chart_config.hpp"

#include <algorithm>

#include "document/reader.hpp"
#include "model/chart_reference.hpp"

namespace leadsman::app {

using document::object_reader;
using nlohmann::json;

namespace {

std::string read_prefix(object_reader& in) {
  const std::string text = in.string("prefix");
  if (!in.has("prefix")) return {};
  auto address = model::parse_chart_address(text);
  if (!address) in.reject("prefix", address.error().message);
  return address ? std::move(*address) : "";
}

void check_credentials(object_reader& in, const helm::chart_source& source) {
  if (source.user_file.empty() != source.password_file.empty())
    in.reject(source.user_file.empty() ? "username-file" : "password-file", "is required beside the other one of the two");
  if (source.docker_config_file.empty()) return;
  if (!source.user_file.empty()) in.reject("docker-config-file", "stands beside username-file; give one of the two");
  if (!source.prefix.starts_with("oci://")) in.reject("docker-config-file", "is for registries (oci://); give username-file and password-file");
}

void check_transport(object_reader& in, const helm::chart_source& source) {
  const bool http = source.prefix.starts_with("http://");
  if (http && !source.plain_http)
    in.reject("prefix", "is not encrypted: everybody on the way could read the credentials; say https://, or plain-http: true if that is meant");
  if (source.prefix.starts_with("https://") && source.plain_http) in.reject("plain-http", "contradicts the prefix, which says https://");
  if (source.plain_http && !source.ca_file.empty()) in.reject("ca-file", "has no use with plain-http");
}

result<helm::chart_source> read_source(const json& value, const std::string& path) {
  object_reader in(value, path);
  helm::chart_source source;
  source.prefix = read_prefix(in);
  source.user_file = in.string("username-file", "");
  source.password_file = in.string("password-file", "");
  source.docker_config_file = in.string("docker-config-file", "");
  source.ca_file = in.string("ca-file", "");
  source.plain_http = in.boolean("plain-http", false);
  check_credentials(in, source);
  check_transport(in, source);
  LEADSMAN_CHECK(in.finish());
  return source;
}

}  // namespace

result<helm::chart_sources> read_chart_sources(const json& charts) {
  helm::chart_sources out;
  if (charts.is_null()) return out;
  object_reader in(charts, "charts");
  const json& list = in.child("sources");
  LEADSMAN_CHECK(in.finish());
  if (list.is_null()) return out;
  if (!list.is_array()) return fail(errc::invalid_input, "expected a list of sources, found " + document::describe(list), "charts.sources");
  for (const json& item : list) {
    const std::string path = "charts.sources[" + std::to_string(out.allowed.size()) + "]";
    LEADSMAN_TRY(helm::chart_source source, read_source(item, path));
    if (std::ranges::find(out.allowed, source.prefix, &helm::chart_source::prefix) != out.allowed.end())
      return fail(errc::invalid_input, "stands twice", path + ".prefix");
    out.allowed.push_back(std::move(source));
  }
  return out;
}

helm::chart_sources charts_of_user(const environment& env) {
  helm::chart_sources out;
  out.anything = true;
  const auto registry_config = env.find("HELM_REGISTRY_CONFIG");
  const auto docker_config = env.find("DOCKER_CONFIG");
  if (registry_config != env.end() && !registry_config->second.empty()) out.docker_config_file = registry_config->second;
  else if (docker_config != env.end() && !docker_config->second.empty()) out.docker_config_file = docker_config->second + "/config.json";
  return out;
}

}  // namespace leadsman::app
