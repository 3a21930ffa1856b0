#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

#include "base/error.hpp"
#include "model/deployment.hpp"
#include "model/request.hpp"

namespace leadsman::wire {

// The body of POST /v1/deployments and POST /v1/plan. Unknown keys, wrong types and impossible names are invalid_input
// with the field's path.
result<model::deployment_request> parse_request(const nlohmann::json& body);

// The body that parse_request or, for a rollback, parse_rollback reads.
nlohmann::json request_json(const model::deployment_request& request);

// The body of POST .../rollback of a release: {"revision": 3, "reason": "...", "policy": {...}, "origin": {...}}
result<model::deployment_request> parse_rollback(const nlohmann::json& body, const model::release_id& release);

// The body of POST /v1/deployments/{id}/cancel
struct cancel_body {
  std::optional<model::on_cancel> mode;  // absent: what the deployment's own policy says
  std::string reason;
};
result<cancel_body> parse_cancel(const nlohmann::json& body);

// The body of POST /v1/deployments/{id}/promote: {} goes on to the next weight, {"weight": 50} to that one,
// {"full": true} past all that are left. `by` is filled in by whoever knows the caller.
result<model::promotion> parse_promotion(const nlohmann::json& body);

// The body of POST /v1/deployments/{id}/retry, which says nothing: {}.
result<void> parse_retry(const nlohmann::json& body);

}  // namespace leadsman::wire
