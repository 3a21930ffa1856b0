#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

#include "helm/manifest.hpp"
#include "kube/endpoints.hpp"
#include "kube/readiness.hpp"
#include "wire/events.hpp"

namespace leadsman::runner {

// One workload as it is live, beside what the target revision's manifest says of it. Pure: no I/O.
std::vector<wire::proof_check> check_workload(const helm::expected_workload& expected, const std::optional<nlohmann::json>& live,
                                              bool scaled_by_autoscaler);

// Whether each rollout is over: its controller has seen the newest spec, and all pods are of the new version and available.
// Of a workload that an autoscaler of the manifest may be scaling right now, some pods have to be available.
std::vector<wire::proof_check> check_rolled_out(const std::vector<helm::object>& objects, const std::vector<kube::workload_status>& live);

// A Service that selects pods has to have some that are ready, unless its workloads are meant to have none.
wire::proof_check check_endpoints(const helm::expected_service& service, const kube::service_endpoints& found, bool expects_none);

// Whether the manifest wants no pods behind this Service, or lets an autoscaler want none: so with every workload whose
// pods it selects, or with all of the manifest when it selects none of them. Jobs come and go and do not count.
bool expects_none(const std::vector<helm::object>& objects, const helm::expected_service& service);

// Whether something in the manifest sets the workload's replicas.
bool has_autoscaler(const std::vector<helm::object>& objects, const helm::expected_workload& w);

bool all_ok(const std::vector<wire::proof_check>& checks);
// The first check that does not hold, as a sentence; empty when all do.
std::string first_failure(const std::vector<wire::proof_check>& checks);

}  // namespace leadsman::runner
