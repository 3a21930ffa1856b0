#pragma once

#include <string>
#include <vector>

#include "async/task.hpp"
#include "kube/client.hpp"

namespace leadsman::kube {

// How many addresses behind a Service get traffic.
struct service_endpoints {
  int ready = 0;
  int not_ready = 0;
  std::vector<std::string> ready_pods;  // names, sorted
};

// Pure: the same address in several slices (one a port set) counts once.
service_endpoints count_endpoints(const std::vector<json>& slices);

task<result<service_endpoints>> read_endpoints(client& cluster, std::string name_space, std::string service);

}  // namespace leadsman::kube
