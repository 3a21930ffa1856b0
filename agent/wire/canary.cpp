#include "wire/canary.hpp"

#include <array>

#include "base/text.hpp"
#include "document/reader.hpp"
#include "model/words.hpp"
#include "wire/canary_steps.hpp"
#include "wire/gate.hpp"
#include "wire/in_effect.hpp"
#include "wire/measuring.hpp"
#include "wire/values.hpp"

namespace leadsman::wire {

using document::object_reader;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

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

// One weight at which it waits for whoever promotes it, in place of a list.
result<std::vector<model::canary_step>> read_target(object_reader& in, const json& value, const step_defaults& defaults) {
  for (const char* other : {"steps", "pause", "done-after"}) {
    if (in.has(other)) return fail(errc::invalid_input, "is one weight at which the canary waits until it is promoted; leave out " + std::string(other), in.path_of("target"));
  }
  const int weight = value.is_null() ? model::k_default_target : static_cast<int>(in.integer("target", 1, 100));
  LEADSMAN_CHECK(in.finish());
  model::canary_step only{.weight = weight, .pause = std::nullopt, .gates = defaults.gates};
  return std::vector<model::canary_step>{std::move(only)};
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
  const json& user = in.child("user");
  const json& target = in.child("target");
  step_defaults defaults;
  defaults.pause = read_pause(in, defaults.pause);
  out.done_after = read_after(in, "done-after");
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
  LEADSMAN_TRY(defaults.user, read_user(user, in.path_of("user")));
  if (value.contains("target")) {
    LEADSMAN_TRY(out.steps, read_target(in, target, defaults));
  } else {
    LEADSMAN_TRY(out.steps, read_steps(steps, in.path_of("steps"), defaults));
  }
  LEADSMAN_CHECK(check_timeline(out, value, path));
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
  json out{{"mode", "twin"},
          {"router", router_json(c.router)},
          {"steps", steps_json(c)},
          {"metrics", metric_source_json(c.metrics)},
          {"values", values_json(c.values)},
          {"replicas", scale_json(c)},
          {"at-end", model::word_of(model::k_canary_end, c.at_end)},
          {"on-abort", model::word_of(model::k_aborted_canary, c.when_aborted)},
          {"hooks", model::word_of(model::k_canary_hooks, c.hooks)},
          {"foreign-edits", model::word_of(model::k_foreign_edits, c.foreign_edits)},
          {"in-effect", traffic_check_json(c.in_effect)},
          {"settle", span_json(c.settle)}};
  if (c.done_after) out["done-after"] = span_json(*c.done_after);
  return out;
}

}  // namespace leadsman::wire
