#pragma once

#include <string>

#include "kube/client.hpp"
#include "model/gate.hpp"
#include "model/release_id.hpp"

// What is measured of a release, and by whom.
namespace leadsman::runner {

// Errors: not_found at "metrics" when nobody is named.
result<model::metric_source> source_of(const model::measured_release& measured);

// The Service that is measured: the one that is `named`, else the only one of what helm has deployed.
// Errors: not_found at "release", those of measured_service, of kube::client.
task<result<std::string>> find_service(kube::client& api, model::release_id release, std::string named);

}  // namespace leadsman::runner
