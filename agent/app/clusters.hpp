#pragma once

#include "app/config.hpp"
#include "runner/clusters.hpp"

namespace leadsman::app {

// One cluster as configured. Errors: of its kubeconfig, with `clusters.NAME` as the field.
result<runner::cluster> make_cluster(const std::string& name, const cluster_config& c, asio::any_io_executor executor);

}  // namespace leadsman::app
