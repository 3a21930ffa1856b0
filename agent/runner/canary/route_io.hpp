#pragma once

#include <string>
#include <vector>

#include "plugin/router.hpp"
#include "runner/rollout.hpp"

namespace leadsman::runner {

// The route of a canary as it is now, and as its router understands it.
struct route {
  plugin::routed_objects objects;
  plugin::router_view view;

  bool gone() const { return objects.found.empty(); }  // nothing leads anywhere
};

// That of our canary, or of the one in hand that an earlier deployment has left.
const model::router_use& router_of(const rollout& r);
std::chrono::milliseconds settle_of(const rollout& r);

// What is routed; the canary's Service is the one that preflight found, or the one that was left, unless it is named.
plugin::router_target target_of(const rollout& r);
plugin::router_target target_of(const rollout& r, const std::string& canary_service);

// Errors of these: of kube::client (conflict: somebody else was faster); internal when the plugin, asked again and again,
// does not do its work: that is no silence of the cluster, which would be waited for.
task<result<route>> look_at_route(rollout& r, plugin::router_target target);
// What has to be written so that the canary gets this.
task<result<plugin::router_change>> change_for(rollout& r, route seen, int weight, std::vector<plugin::route_match> matches);
// The same, so that the routes are as they were before the first change.
task<result<plugin::router_change>> change_back(rollout& r, route seen);
task<result<void>> write_route(rollout& r, plugin::router_change change);

// Whoever wrote the route last, when that was not us: for messages. Pure.
std::string last_editor(const std::vector<nlohmann::json>& objects);

}  // namespace leadsman::runner
