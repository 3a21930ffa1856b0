#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "model/request.hpp"

namespace leadsman::wire {

// What is to be looked at: a cluster, a namespace of it (may be empty), or everything that one deployment would need.
struct doctor_question {
  model::release_id where;  // namespace and name may be empty
  std::string environment;
  std::optional<model::deployment_request> deployment;  // then `where` and `environment` are its own
};

// The body of POST /v1/doctor: {"cluster", "namespace", "environment"} or {"deployment": as for POST /v1/deployments}.
// Errors: invalid_input with the field's path.
result<doctor_question> parse_doctor_question(const nlohmann::json& body);

nlohmann::json question_json(const doctor_question& question);

}  // namespace leadsman::wire
