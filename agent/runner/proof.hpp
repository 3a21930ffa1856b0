#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

#include "helm/manifest.hpp"
#include "kube/endpoints.hpp"
#include "wire/events.hpp"

namespace leadsman::runner {

// One workload as it is live, beside what the target revision's manifest says of it. Pure: no I/O.
std::vector<wire::proof_check> check_workload(const helm::expected_workload& expected, const std::optional<nlohmann::json>& live,
                                              bool scaled_by_autoscaler);

// A Service that selects pods has to have some that are ready, unless its workloads are meant to have none.
wire::proof_check check_endpoints(const helm::expected_service& service, const kube::service_endpoints& found, bool expects_none);

}  // namespace leadsman::runner
