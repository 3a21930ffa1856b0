#include "action/input/request.hpp"

#include <filesystem>

#include "action/input/origin.hpp"
#include "action/input/text_or_file.hpp"
#include "archive/chart.hpp"
#include "document/yaml.hpp"

namespace leadsman::action {

namespace {

result<std::optional<spec::spec_file>> load_config(const arguments& given) {
  std::string name = given.config;
  if (name.empty()) {
    std::error_code failure;
    if (!std::filesystem::exists(k_usual_config, failure)) return std::optional<spec::spec_file>();
    name = k_usual_config;
  }
  LEADSMAN_TRY(const std::string text, read_file(name, "config"));
  LEADSMAN_TRY(spec::spec_file file, spec::load_spec(text, name));
  return std::optional<spec::spec_file>(std::move(file));
}

result<spec::resolved_release> resolve(const arguments& given, const spec::overrides& inputs) {
  LEADSMAN_TRY(const auto file, load_config(given));
  if (!file) return spec::resolve_inputs(given.release, given.environment, inputs);
  // A release that the file does not know may still be said by inputs alone.
  const bool by_inputs = !given.release.empty() && !file->releases.contains(given.release) && !inputs.chart.empty();
  if (by_inputs && given.config.empty()) return spec::resolve_inputs(given.release, given.environment, inputs);
  return spec::resolve(*file, given.release, given.environment, inputs);
}

result<target> find_with(const arguments& given, const environment& env, const spec::overrides& inputs) {
  target found;
  LEADSMAN_TRY(found.release, resolve(given, inputs));
  // A flag or an input wins over the environment, the environment over the file.
  found.agent = found.release.agent;
  if (given.inputs.agent.empty() && !env.get("LEADSMAN_AGENT").empty()) found.agent = env.get("LEADSMAN_AGENT");
  return found;
}

// What helm would refuse as YAML is refused before anything is sent, with its line. What helm accepts and we find odd
// (a key that stands twice) is helm's business.
result<void> check_values(const std::string& content, const std::string& name) {
  const auto parsed = document::parse_yaml(content, name);
  if (parsed || parsed.error().message.find("twice") != std::string::npos) return {};
  return fail(parsed.error());
}

result<std::vector<model::values_file>> read_values(const std::vector<std::string>& names) {
  std::vector<model::values_file> files;
  for (const std::string& name : names) {
    LEADSMAN_TRY(std::string content, read_file(name, "values"));
    LEADSMAN_CHECK(check_values(content, name));
    files.push_back({name, std::move(content)});
  }
  return files;
}

}  // namespace

result<target> find_target(const arguments& given, const environment& env) { return find_with(given, env, given.inputs); }

result<target> find_release(const arguments& given, const environment& env) {
  spec::overrides inputs = given.inputs;
  LEADSMAN_TRY(const auto file, load_config(given));
  const bool known = file && (given.release.empty() || file->releases.contains(given.release));
  if (known) return find_with(given, env, inputs);
  // No chart is needed to ask about a release; resolving wants one.
  inputs.chart = ".";
  inputs.repo.clear();
  target found;
  LEADSMAN_TRY(found.release, spec::resolve_inputs(given.release, given.environment, inputs));
  LEADSMAN_TRY(found.agent, find_agent(given, env));
  return found;
}

result<std::string> find_agent(const arguments& given, const environment& env) {
  if (!given.inputs.agent.empty()) return given.inputs.agent;
  if (!env.get("LEADSMAN_AGENT").empty()) return env.get("LEADSMAN_AGENT");
  LEADSMAN_TRY(const auto file, load_config(given));
  if (!file) return std::string();
  const auto at = file->environments.find(given.environment);
  if (at != file->environments.end() && !at->second.agent.empty()) return at->second.agent;
  return file->agent;
}

static result<void> add_chart(packed_request& packed, const spec::resolved_release& release) {
  if (release.fetched) {
    packed.request.chart = {"", release.fetched->name, release.fetched->version, release.chart};
    packed.fetched = release.fetched;
    return {};
  }
  auto chart = archive::pack_chart(release.chart);
  if (!chart) {
    if (model::is_named_version(release.chart)) chart.error().message += "; for a chart of a repository, say its address: repo";
    if (chart.error().field.empty()) chart.error().field = "chart";
    return fail(chart.error());
  }
  packed.request.chart = {chart->sha256, chart->metadata.name, chart->metadata.version, release.chart};
  packed.archive = std::move(chart->bytes);
  packed.notes = std::move(chart->notes);
  return {};
}

result<packed_request> pack_request(const target& where, const arguments& given, const environment& env) {
  packed_request packed;
  model::deployment_request& r = packed.request;
  r.release = where.release.id;
  r.environment = where.release.environment;
  r.version = given.version;
  r.set = where.release.set;
  r.set_string = where.release.set_string;
  r.policy = where.release.policy;
  r.origin = read_origin(env, given);
  LEADSMAN_TRY(r.values, read_values(where.release.values));
  r.measured = where.release.measured;
  r.canary = where.release.canary;
  if (r.canary) {
    LEADSMAN_TRY(r.canary->values, read_values(where.release.canary_values));
  }
  LEADSMAN_CHECK(add_chart(packed, where.release));
  return packed;
}

}  // namespace leadsman::action
