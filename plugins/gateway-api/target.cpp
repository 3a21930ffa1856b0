#include "plugins/gateway-api/target.hpp"

namespace leadsman::gateway_api {

namespace {

constexpr int64_t k_highest_port = 65535, k_highest_rule = 15;  // of the API

side read_side(sdk::fields in, const std::optional<int64_t>& otherwise) {
  side out{in.text("service"), in.optional_integer("port", 1, k_highest_port)};
  in.finish();
  if (!out.port) out.port = otherwise;
  return out;
}

// A number is a rule's place, a word its name; "all" is every rule that leads to the stable Service.
rule_choice read_rule(sdk::fields& config) {
  rule_choice out;
  if (!config.has("rule")) return out;
  if (config.value("rule").is_number()) {
    out.index = config.integer("rule", 0, k_highest_rule);
    return out;
  }
  out.name = config.text("rule");
  if (out.name == "all") out = {.all = true};
  return out;
}

}  // namespace

target read_target(sdk::fields& params) {
  sdk::fields in = params.at("target");
  sdk::fields config = in.at("config");
  target out;
  out.route = config.text("route");
  // The Service that the user named; which one is stable now, the agent says.
  config.text("service", "");
  const auto port = config.optional_integer("port", 1, k_highest_port);
  out.rule = read_rule(config);
  config.finish();
  out.name_space = in.text("namespace");
  out.stable = read_side(in.at("stable"), port);
  out.canary = read_side(in.at("canary"), port);
  in.finish();
  if (out.stable.service == out.canary.service) throw sdk::invalid_params("target: stable and canary are both " + out.stable.service);
  return out;
}

std::string name_of(const target& t) { return "HTTPRoute " + t.name_space + "/" + t.route; }

}  // namespace leadsman::gateway_api
