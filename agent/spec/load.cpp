#include <algorithm>
#include <array>
#include <iterator>
#include <span>

#include "base/text.hpp"
#include "document/yaml.hpp"
#include "spec/assignments.hpp"
#include "spec/placeholder.hpp"
#include "spec/spec.hpp"
#include "wire/canary.hpp"
#include "wire/gate.hpp"
#include "wire/policy.hpp"

namespace leadsman::spec {

namespace {

using document::json;
using document::object_reader;

// Words of the coming versions: known, so that the answer is "not yet" and not "did you mean".
constexpr std::array<std::string_view, 2> k_later_strategies{"blue-green", "rainbow"};
constexpr std::array<std::string_view, 3> k_later_in_release{"needs", "blue-green", "rainbow"};
constexpr std::array<std::string_view, 2> k_later_in_environment{"schedule", "approval"};
constexpr std::array<std::string_view, 1> k_later_at_top{"schedules"};
constexpr const char* k_not_yet = "is not available yet in this version of Leadsman";

void refuse_later(object_reader& in, std::span<const std::string_view> keys) {
  for (const std::string_view key : keys) {
    in.child(key);
    if (in.has(key)) in.reject(key, k_not_yet);
  }
}

enum class strategy { rolling, canary };
constexpr std::array k_strategies{std::pair{std::string_view("rolling"), strategy::rolling}, std::pair{std::string_view("canary"), strategy::canary}};

strategy read_strategy(object_reader& in) {
  const std::string word = in.string("strategy", "rolling");
  if (std::ranges::find(k_later_strategies, word) != k_later_strategies.end()) {
    in.reject("strategy", "'" + word + "' " + k_not_yet + "; available are rolling and canary");
  }
  return in.choice("strategy", strategy::rolling, k_strategies);
}

void check_placeholders(object_reader& in, const std::string& key, const std::string& text) {
  if (const auto checked = check_placeholder(text); !checked) in.reject(key, checked.error().message);
}

std::string read_pattern(object_reader& in, const std::string& key) {
  std::string text = in.string(key, "");
  check_placeholders(in, key, text);
  return text;
}

std::vector<std::string> read_patterns(object_reader& in, const std::string& key) {
  std::vector<std::string> list = in.strings(key);
  for (size_t i = 0; i < list.size(); ++i)
    check_placeholders(in, key + "[" + std::to_string(i) + "]", list[i]);
  return list;
}

void check_namespace(object_reader& in, const std::string& name) {
  if (name.empty() || has_placeholder(name) || is_dns_label(name)) return;
  in.reject("namespace", "'" + truncate(name, 80) +
                             "' is not a valid name; allowed are lower-case letters, digits and '-'");
}

// What stands with a placeholder is checked when it is filled in.
void check_fetched(object_reader& in, const release_spec& release) {
  if (!model::is_fetched(release.chart, release.repo)) return;
  if (release.chart.empty() || has_placeholder(release.chart) || has_placeholder(release.repo)) return;
  const auto parsed = model::parse_chart_reference(release.chart, release.repo);
  if (!parsed) in.reject(parsed.error().field, parsed.error().message);
}

// The files of values are read by whoever deploys, and who is asked for numbers stands beside the canary; what is checked here
// is the rest.
result<void> read_canary(release_spec& out, const json& value, const std::string& path, const json& metrics) {
  json rest = value;
  if (rest.is_object()) {
    if (rest.contains("metrics")) return fail(errc::invalid_input, "stands beside canary, not below it", path + ".metrics");
    rest["metrics"] = metrics;
    const json files{{"values", rest.value("values", json())}};
    object_reader in(files, path);
    out.canary_values = read_patterns(in, "values");
    LEADSMAN_CHECK(in.finish());
    rest.erase("values");
  }
  LEADSMAN_TRY(out.canary, wire::read_canary(rest, path));
  return {};
}

// A canary's gates are measured at its weights, and its Services are the router's.
void refuse_of_rolling(object_reader& in) {
  if (in.has("gates")) in.reject("gates", "is for strategy: rolling; the gates of a canary stand below canary, as `gates` of all its steps or of one");
  if (in.has("service")) in.reject("service", "is for strategy: rolling; the Services of a canary stand below canary.router");
}

release_spec read_release(object_reader& in) {
  release_spec out;
  const strategy chosen = read_strategy(in);
  for (const char* key : {"canary", "metrics", "service", "gates"}) in.child(key);
  if (chosen == strategy::canary) refuse_of_rolling(in);
  if (in.has("canary") && chosen != strategy::canary) in.reject("canary", "is for strategy: canary, and the strategy is rolling");
  out.chart = read_pattern(in, "chart");
  out.repo = read_pattern(in, "repo");
  check_fetched(in, out);
  out.name_space = read_pattern(in, "namespace");
  check_namespace(in, out.name_space);
  out.values = read_patterns(in, "values");
  out.set = read_assignments(in, "set", value_types::any);
  out.set_string = read_assignments(in, "set-string", value_types::text_only);
  out.policy = wire::read_policy(in);
  refuse_later(in, k_later_in_release);
  return out;
}

environment_spec read_environment(object_reader& in) {
  environment_spec out;
  out.cluster = in.string("cluster", "");
  out.name_space = read_pattern(in, "namespace");
  check_namespace(in, out.name_space);
  out.values = read_patterns(in, "values");
  out.agent = in.string("agent", "");
  refuse_later(in, k_later_in_environment);
  return out;
}

struct top_level {
  std::string agent;
  const json* releases;
  const json* environments;
};

top_level read_top(object_reader& in) {
  refuse_later(in, k_later_at_top);
  return {in.string("agent", ""), &in.child("releases"), &in.child("environments")};
}

result<void> check_names(const json& map, const std::string& path, auto is_valid, const char* allowed) {
  for (const auto& item : map.items()) {
    if (is_valid(item.key())) continue;
    return fail(errc::invalid_input,
                "'" + truncate(item.key(), 80) + "' is not a valid name; allowed are " + allowed,
                path + "." + item.key());
  }
  return {};
}

result<void> read_releases(const json& map, spec_file& out) {
  if (!map.is_object())
    return fail(errc::invalid_input, "expected a mapping of releases, found " + document::describe(map),
                "releases");
  if (map.empty()) return fail(errc::invalid_input, "has no release; name at least one", "releases");
  const auto is_release = [](const std::string& name) {
    return is_dns_label(name, model::k_release_name_limit);
  };
  LEADSMAN_CHECK(check_names(map, "releases", is_release, "at most 53 lower-case letters, digits and '-'"));
  for (const auto& item : map.items()) {
    object_reader in(item.value(), "releases." + item.key());
    release_spec release = read_release(in);
    LEADSMAN_CHECK(in.finish());
    if (read_strategy(in) == strategy::canary) {
      LEADSMAN_CHECK(read_canary(release, in.child("canary"), in.path_of("canary"), in.child("metrics")));
    } else {
      LEADSMAN_TRY(release.measured, wire::read_measured_release(in));
    }
    if (release.chart.empty())
      return fail(errc::invalid_input, "is required: the folder of the chart, or where it is fetched from", in.path_of("chart"));
    out.releases.emplace(item.key(), std::move(release));
  }
  return {};
}

result<void> read_environments(const json& map, spec_file& out) {
  if (map.is_null()) return {};
  if (!map.is_object())
    return fail(errc::invalid_input, "expected a mapping of environments, found " + document::describe(map),
                "environments");
  LEADSMAN_CHECK(check_names(map, "environments", is_environment_name, k_environment_name_rule));
  for (const auto& item : map.items()) {
    const json empty = json::object();
    object_reader in(item.value().is_null() ? empty : item.value(), "environments." + item.key());
    environment_spec environment = read_environment(in);
    LEADSMAN_CHECK(in.finish());
    out.environments.emplace(item.key(), std::move(environment));
  }
  return {};
}

result<void> read_file(const json& value, spec_file& out) {
  object_reader in(value, "");
  const top_level top = read_top(in);
  LEADSMAN_CHECK(in.finish());
  out.agent = top.agent;
  LEADSMAN_CHECK(read_releases(*top.releases, out));
  return read_environments(*top.environments, out);
}

std::vector<std::string> asked_for(auto read, std::span<const std::string_view> later) {
  const json empty = json::object();
  object_reader in(empty, "");
  read(in);
  std::vector<std::string> known;
  std::ranges::copy_if(in.known(), std::back_inserter(known),
                       [&](const std::string& key) { return std::ranges::find(later, key) == later.end(); });
  return known;
}

}  // namespace

result<spec_file> load_spec(std::string_view text, std::string_view file_name) {
  spec_file out;
  out.name = file_name;
  LEADSMAN_TRY(out.source, document::parse_yaml(text, file_name));
  if (const auto read = read_file(out.source.value, out); !read)
    return fail(document::locate(read.error(), out.source, file_name));
  return out;
}

accepted_keys keys() {
  return {asked_for(read_top, k_later_at_top), asked_for(read_release, k_later_in_release),
          asked_for(read_environment, k_later_in_environment)};
}

std::vector<std::string> choice_names() {
  return asked_for([](object_reader& in) { wire::read_policy(in); }, {});
}

}  // namespace leadsman::spec
