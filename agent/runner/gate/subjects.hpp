#pragma once

#include <string>

#include "analysis/subjects.hpp"
#include "async/task.hpp"
#include "kube/client.hpp"
#include "model/release_id.hpp"

namespace leadsman::runner {

// The two Services of a canary; of a rolling release, twice the only one.
struct measured_services {
  std::string canary;
  std::string stable;
};
inline measured_services only_service(const std::string& service) { return {service, service}; }

// What the variables of a query stand for now; the names of pods are looked up when they are asked for.
// Errors: of pods_of_service.
task<result<analysis::subjects>> find_subjects(kube::client& api, model::release_id release, measured_services services, bool with_pods);

}  // namespace leadsman::runner
