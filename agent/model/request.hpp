#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/canary.hpp"
#include "model/policy.hpp"
#include "model/reach.hpp"
#include "model/release_id.hpp"
#include "model/values_file.hpp"

namespace leadsman::model {

// Who asks, as far as the caller tells. The principal (who it is, proved) is added by the agent.
struct origin {
  std::string repository;  // "acme/shop"; empty outside GitHub
  std::string workflow;
  std::string run_id;
  int run_attempt = 0;
  std::string job;
  std::string action;  // GITHUB_ACTION: the step
  std::string matrix;  // JSON text of the matrix, from an input; part of the idempotency key
  std::string actor;
  std::string url;  // of the run, for people

  bool operator==(const origin&) const = default;
};

struct chart_ref {
  std::string digest;  // SHA-256 of the canonical tar, lower-case hex; uploaded under /v1/charts/{digest}
  std::string name;    // from Chart.yaml, checked against the archive
  std::string version;
  std::string source;  // as the user wrote it: "charts/shop"

  bool operator==(const chart_ref&) const = default;
};

// promote and abort: what becomes of a canary that an earlier deployment has left: stable, or nothing.
enum class request_kind { deploy, rollback, promote, abort };
inline constexpr word<request_kind> k_request_kind[]{{"deploy", request_kind::deploy},
                                                    {"rollback", request_kind::rollback},
                                                    {"promote", request_kind::promote},
                                                    {"abort", request_kind::abort}};

// Whether it makes the release anew from a chart, and does not only bring back or take away.
constexpr bool is_rendered(request_kind kind) { return kind == request_kind::deploy || kind == request_kind::promote; }

// One requested change of one release. Values may hold secrets: stored sealed, never logged.
struct deployment_request {
  request_kind kind = request_kind::deploy;
  release_id release;
  std::string environment;
  std::string version;  // what the user calls it, for lists; may be empty
  chart_ref chart;      // not of a rollback
  std::vector<values_file> values;
  std::vector<std::string> set;
  std::vector<std::string> set_string;
  std::optional<int> revision;  // rollback only; absent is the last verified one
  std::string of;               // promote, abort: the deployment that has left the canary
  std::string reason;           // rollback, abort: why, in the words of whoever asked
  model::policy policy;
  std::optional<model::canary> canary;  // absent: rolling
  measured_release measured;            // of a rolling one: a canary says it below `canary`
  model::origin origin;
  std::optional<model::reach> reach;  // the agent's own; no caller can say it. Absent: see reach_of

  bool operator==(const deployment_request&) const = default;
};

// What `principal` may reach by this request. One that was kept by an agent that knew no reach stays in its namespace,
// unless the agent's own user had asked.
inline reach reach_of(const deployment_request& request, std::string_view principal) {
  if (request.reach) return *request.reach;
  return principal == "local" ? unlimited_reach() : reach{};
}

}  // namespace leadsman::model
