#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "plugins/sdk/refusal.hpp"

namespace leadsman::prometheus {

using sdk::json;

// What the operator lets the plugin have, by names of variables in its registration (`environment`).
struct operators_choice {
  std::string address;     // LEADSMAN_PROMETHEUS_ADDRESS: then no other one is asked
  std::string token_file;  // LEADSMAN_PROMETHEUS_TOKEN_FILE: sent as a bearer token, to that address alone
  std::string ca_file;     // LEADSMAN_PROMETHEUS_CA_FILE: PEM, trusted instead of the system's authorities
};
operators_choice choice_of_environment();

// One question, as the user configured the source and the agent asks it.
struct query {
  std::string address;                        // "http://prometheus:9090", perhaps with a path
  std::string tenant{};                       // X-Scope-OrgID of Mimir, Cortex and Thanos
  std::string text;                           // PromQL
  std::optional<double> at{};                 // Unix seconds
  std::chrono::milliseconds timeout = std::chrono::seconds(10);
};

// The params of `metric.query`. Throws invalid_params: a key that is wrong, or an address that is not the operator's.
query read_query(const json& params, const operators_choice& operators);

// The body of POST /api/v1/query: "query=…&timeout=9.5s".
std::string form_of(const query& asked);

}  // namespace leadsman::prometheus
