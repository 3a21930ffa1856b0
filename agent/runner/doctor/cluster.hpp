#pragma once

#include <string>
#include <vector>

#include "kube/client.hpp"
#include "wire/check.hpp"

namespace leadsman::runner {

struct cluster_sight {
  std::string name;    // as the agent calls it
  std::string server;  // its address
  wall_time asked{}, answered{};
  result<kube::server_sight> answer = kube::server_sight{};
};

task<cluster_sight> look_at_cluster(kube::client& api, std::string name);

// Whether the API server answers and knows us, and whether its clock is ours. Pure.
wire::checks judge_cluster(const cluster_sight& seen);

}  // namespace leadsman::runner
