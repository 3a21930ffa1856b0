#include "wire/canary.hpp"

#include <array>

#include "base/text.hpp"
#include "document/reader.hpp"
#include "model/words.hpp"
#include "wire/gate.hpp"
#include "wire/in_effect.hpp"
#include "wire/measuring.hpp"
#include "wire/values.hpp"

namespace leadsman::wire {

using document::object_reader;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view k_by_hand = "until-promoted";
constexpr auto k_longest_pause = std::chrono::hours(24 * 7);
constexpr size_t k_most_steps = 50;

std::string item_of(const std::string& path, size_t number) { return path + "[" + std::to_string(number) + "]"; }

using pause_time = std::optional<std::chrono::milliseconds>;

pause_time read_pause(object_reader& in, pause_time fallback) {
  const json& value = in.child("pause");
  if (value.is_null()) return fallback;
  if (value == k_by_hand) return std::nullopt;
  const auto pause = in.duration("pause", 0ms);
  if (pause < 0ms || pause > k_longest_pause) in.reject("pause", "is out of range; allowed is 0s to 168h, or " + std::string(k_by_hand));
  return pause;
}

json pause_json(pause_time pause) { return pause ? span_json(*pause) : json(k_by_hand); }

result<model::traffic_match> read_match(const json& value, const std::string& path) {
  object_reader in(value, path);
  model::traffic_match out;
  const bool header = in.has("header"), cookie = in.has("cookie");
  out.kind = cookie ? model::traffic_match::by::cookie : model::traffic_match::by::header;
  out.name = header ? in.string("header") : in.string("cookie", "");
  in.child("cookie");
  in.child("header");
  out.value = in.string("value");
  if (header == cookie) in.reject("header", "say either header or cookie, with the value that leads to the canary");
  else if (out.name.empty()) in.reject(header ? "header" : "cookie", "is empty");
  LEADSMAN_CHECK(in.finish());
  return out;
}

result<std::vector<model::traffic_match>> read_matches(const json& list, const std::string& path) {
  std::vector<model::traffic_match> out;
  if (list.is_null()) return out;
  if (!list.is_array()) {
    LEADSMAN_TRY(auto one, read_match(list, path));
    out.push_back(std::move(one));
    return out;
  }
  for (const json& item : list) {
    LEADSMAN_TRY(auto one, read_match(item, item_of(path, out.size())));
    out.push_back(std::move(one));
  }
  return out;
}

json match_json(const model::traffic_match& m) {
  return {{m.kind == model::traffic_match::by::header ? "header" : "cookie", m.name}, {"value", m.value}};
}

// What a step has unless it says something itself.
struct step_defaults {
  pause_time pause = 0ms;
  std::vector<model::gate> gates{model::helm_test_gate{}};
};

result<model::canary_step> read_step(const json& value, const std::string& path, const step_defaults& defaults) {
  if (value.is_number_integer()) return read_step({{"weight", value}}, path, defaults);
  if (!value.is_object()) return fail(errc::invalid_input, "expected a weight in percent or a mapping with one, found " + document::describe(value), path);
  object_reader in(value, path);
  model::canary_step out;
  out.weight = static_cast<int>(in.integer("weight", 0, 100));
  out.pause = read_pause(in, defaults.pause);
  const json& match = in.child("match");
  const json& gates = in.child("gates");
  LEADSMAN_CHECK(in.finish());
  LEADSMAN_TRY(out.matches, read_matches(match, in.path_of("match")));
  out.gates = defaults.gates;
  if (!gates.is_null()) {
    LEADSMAN_TRY(out.gates, read_gates(gates, in.path_of("gates")));
  }
  if (out.weight == 0 && out.matches.empty()) {
    return fail(errc::invalid_input, "a weight of 0 gives nobody the canary; say with match which requests are led to it", in.path_of("weight"));
  }
  return out;
}

result<std::vector<model::canary_step>> read_steps(const json& list, const std::string& path, const step_defaults& defaults) {
  if (list.is_null()) return read_steps(json(model::k_default_steps), path, defaults);
  if (!list.is_array() || list.empty()) return fail(errc::invalid_input, "expected a list of weights in percent, found " + document::describe(list), path);
  if (list.size() > k_most_steps) return fail(errc::invalid_input, "has " + std::to_string(list.size()) + " steps; allowed are " + std::to_string(k_most_steps), path);
  std::vector<model::canary_step> steps;
  for (const json& item : list) {
    const std::string at = item_of(path, steps.size());
    LEADSMAN_TRY(auto step, read_step(item, at, defaults));
    if (!steps.empty() && step.weight <= steps.back().weight) {
      return fail(errc::invalid_input, std::to_string(step.weight) + " % comes after " + std::to_string(steps.back().weight) + " %; each step has a larger weight than the one before", at);
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

json step_json(const model::canary_step& s) {
  json matches = json::array();
  for (const model::traffic_match& m : s.matches) matches.push_back(match_json(m));
  return {{"weight", s.weight}, {"pause", pause_json(s.pause)}, {"match", std::move(matches)}, {"gates", gates_json(s.gates)}};
}

result<model::router_use> read_router(const json& value, const std::string& path) {
  if (!value.is_object() || value.size() != 1) {
    return fail(errc::invalid_input, "name one router with what it needs, such as: gateway-api: {route: shop, service: shop}; found " + document::describe(value), path);
  }
  model::router_use out;
  out.plugin = value.begin().key();
  json config = value.begin().value();
  const std::string at = path + "." + out.plugin;
  if (!config.is_object()) return fail(errc::invalid_input, "expected a mapping, found " + document::describe(config), at);
  const auto take = [&](const char* key) -> result<std::string> {
    const json found = config.value(key, json(""));
    if (!found.is_string()) return fail(errc::invalid_input, "expected the name of a Service, found " + document::describe(found), at + "." + key);
    return found.get<std::string>();
  };
  LEADSMAN_TRY(out.service, take("service"));
  LEADSMAN_TRY(out.canary_service, take("canary-service"));
  if (out.service.empty()) return fail(errc::invalid_input, "is required: the Service that the route leads to now", at + ".service");
  config.erase("canary-service");
  out.config = config.dump();
  return out;
}

json router_json(const model::router_use& r) {
  json config = json::parse(r.config);
  if (!r.canary_service.empty()) config["canary-service"] = r.canary_service;
  return {{r.plugin, std::move(config)}};
}

// A number of pods, or one of the words.
void read_scale(object_reader& in, model::canary& out) {
  const json& value = in.child("replicas");
  if (!value.is_number_integer()) {
    constexpr std::array k_words{std::pair{std::string_view("proportional"), model::canary_scale::proportional},
                                 std::pair{std::string_view("full"), model::canary_scale::full}};
    out.scale = in.choice("replicas", model::canary_scale::proportional, k_words);
    return;
  }
  out.scale = model::canary_scale::fixed;
  out.replicas = static_cast<int>(in.integer("replicas", 1, 1000));
}

json scale_json(const model::canary& c) {
  return c.scale == model::canary_scale::fixed ? json(c.replicas) : json(model::word_of(model::k_canary_scale, c.scale));
}

}  // namespace

result<model::canary> read_canary(const json& value, const std::string& path) {
  if (value.is_null()) return fail(errc::invalid_input, "is required: at least the router that leads traffic to the canary", path);
  if (!value.is_object()) return fail(errc::invalid_input, "expected a mapping, found " + document::describe(value), path);
  object_reader in(value, path);
  model::canary out;
  in.choice("mode", 0, std::array{std::pair{std::string_view("twin"), 0}});
  const json& router = in.child("router");
  const json& steps = in.child("steps");
  const json& gates = in.child("gates");
  const json& metrics = in.child("metrics");
  const json& values = in.child("values");
  const json& in_effect = in.child("in-effect");
  step_defaults defaults;
  defaults.pause = read_pause(in, defaults.pause);
  read_scale(in, out);
  out.at_end = in.choice("at-end", out.at_end, model::k_canary_end);
  out.when_aborted = in.choice("on-abort", out.when_aborted, model::k_aborted_canary);
  out.hooks = in.choice("hooks", out.hooks, model::k_canary_hooks);
  out.foreign_edits = in.choice("foreign-edits", out.foreign_edits, model::k_foreign_edits);
  out.settle = in.duration("settle", out.settle);
  if (out.settle < 0ms || out.settle > 10min) in.reject("settle", "is out of range; allowed is 0s to 10m");
  LEADSMAN_CHECK(in.finish());
  LEADSMAN_TRY(out.router, read_router(router, in.path_of("router")));
  LEADSMAN_TRY(out.metrics, read_metric_source(metrics, in.path_of("metrics")));
  if (!gates.is_null()) {
    LEADSMAN_TRY(defaults.gates, read_gates(gates, in.path_of("gates")));
  }
  LEADSMAN_TRY(out.steps, read_steps(steps, in.path_of("steps"), defaults));
  if (out.at_end == model::canary_end::keep && out.steps.back().weight == 100) {
    return fail(errc::invalid_input, "keep leaves both at the last weight, and that is 100 %: nobody would get stable any more; end `steps` with a smaller one, such as [5, 25]", in.path_of("at-end"));
  }
  LEADSMAN_TRY(out.values, read_values(values, in.path_of("values")));
  LEADSMAN_TRY(out.in_effect, read_traffic_check(in_effect, in.path_of("in-effect")));
  for (const model::canary_step& step : out.steps) LEADSMAN_CHECK(check_source(step.gates, out.metrics, in.path_of("metrics")));
  if (out.in_effect && out.in_effect->counters && !out.metrics) {
    return fail(errc::invalid_input, "somebody has to be asked for the counters; say whom, such as: prometheus: {address: http://prometheus.monitoring:9090}", in.path_of("metrics"));
  }
  return out;
}

result<void> check_canary_release(const model::release_id& stable) {
  if (stable.name.size() <= model::k_canary_release_limit) return {};
  return fail(errc::invalid_input,
              "'" + stable.name + "' has " + std::to_string(stable.name.size()) + " characters; for a canary, which is a release named " + stable.name +
                  std::string(model::k_canary_suffix) + ", at most " + std::to_string(model::k_canary_release_limit) + " are allowed",
              "release");
}

json canary_json(const model::canary& c) {
  json steps = json::array();
  for (const model::canary_step& s : c.steps) steps.push_back(step_json(s));
  return {{"mode", "twin"},
          {"router", router_json(c.router)},
          {"steps", std::move(steps)},
          {"metrics", metric_source_json(c.metrics)},
          {"values", values_json(c.values)},
          {"replicas", scale_json(c)},
          {"at-end", model::word_of(model::k_canary_end, c.at_end)},
          {"on-abort", model::word_of(model::k_aborted_canary, c.when_aborted)},
          {"hooks", model::word_of(model::k_canary_hooks, c.hooks)},
          {"foreign-edits", model::word_of(model::k_foreign_edits, c.foreign_edits)},
          {"in-effect", traffic_check_json(c.in_effect)},
          {"settle", span_json(c.settle)}};
}

}  // namespace leadsman::wire
