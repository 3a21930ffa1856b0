#pragma once

#include <optional>
#include <string>

#include "plugins/sdk/fields.hpp"

namespace leadsman::gateway_api {

using nlohmann::json;

struct side {
  std::string service;
  std::optional<int64_t> port;  // whichever the other side has, unless given
};

// Which of the route's rules are meant: the only one that leads to the stable Service, unless given.
struct rule_choice {
  std::optional<int64_t> index;  // among the rules that are not ours, from 0
  std::string name;
  bool all = false;

  bool given() const { return index || all || !name.empty(); }
};

struct target {
  std::string route;
  std::string name_space;
  rule_choice rule;
  side stable;
  side canary;
};

// The `target` of the params; its config is {route, service, port, rule}. Throws sdk::refusal.
target read_target(sdk::fields& params);

// "HTTPRoute shop/web"
std::string name_of(const target& t);

}  // namespace leadsman::gateway_api
