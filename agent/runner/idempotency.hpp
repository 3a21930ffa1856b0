#pragma once

#include <string>

#include "model/request.hpp"

namespace leadsman::runner {

// Two requests with the same key are the same wish: principal, repository, run, job, action id, matrix, cluster,
// environment, namespace, release. Outside a workflow run it is the caller's own key.
std::string idempotency_key(const model::deployment_request& request, const std::string& principal, const std::string& request_key);

// What is wished: everything but who asks and in which attempt.
std::string request_digest(const model::deployment_request& request);

}  // namespace leadsman::runner
