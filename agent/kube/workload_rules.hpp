#pragma once

#include "kube/readiness.hpp"

namespace leadsman::kube {

// One kind each: fill numbers, state, reason and message of `status`, whose pods are known. The controller has seen the
// newest spec.
void assess_deployment(const json& object, workload_status& status, const patience& rule, wall_time at);
void assess_replica_set(const json& object, workload_status& status, const patience& rule, wall_time at);
void assess_stateful_set(const json& object, workload_status& status);
void assess_daemon_set(const json& object, workload_status& status);
void assess_job(const json& object, workload_status& status);
void assess_bare_pod(workload_status& status);

// Everything else, as kstatus would: by the conditions that it shows.
void assess_other(const json& object, workload_status& status);

}  // namespace leadsman::kube
