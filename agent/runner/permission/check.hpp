#pragma once

#include <optional>
#include <string>
#include <vector>

#include "helm/manifest.hpp"
#include "runner/permission/needs.hpp"
#include "runner/rollout.hpp"

namespace leadsman::runner {

using denied_permissions = std::vector<permission>;

// What is missing for all that this deployment and its way back need, as below. Errors: of kube::client; invalid_input when
// a manifest cannot be read.
task<result<denied_permissions>> find_missing(rollout& r, std::vector<helm::object> objects, std::optional<helm::release> before);

// How a step ends for which these are missing; and the sentence that says which.
step_result forbidden_for(const denied_permissions& denied);
std::string missing_text(const denied_permissions& denied, std::string_view command = "plan");  // that prints the Role

// Whether the agent may do all that this deployment and its way back need: its rendered objects, its hooks and tests, and
// the objects of the revision `before` it. Absent: it may; else how the step ends, with every permission that is missing.
task<result<std::optional<step_result>>> check_permissions(rollout& r, const std::vector<helm::object>& objects,
                                                           const std::optional<helm::release>& before);

// The cluster has forbidden something before the chart was rendered there: `message`, and every permission that is missing
// beside that one, as far as it can be found out.
task<step_result> explain_forbidden(rollout& r, std::string message);

}  // namespace leadsman::runner
