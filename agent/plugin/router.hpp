#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kube/object_ref.hpp"
#include "plugin/host.hpp"

namespace leadsman::plugin {

// One of the two Services that a router moves traffic between.
struct router_side {
  std::string service;
  std::optional<int> port{};  // the only one unless given
};

// What is routed: the config is what the user wrote below the router's name.
struct router_target {
  nlohmann::json config;
  std::string name_space;
  router_side stable;
  router_side canary;
};

// Requests that go to the canary whatever the weight is.
struct route_match {
  enum class by { header,
                  cookie };
  by where = by::header;
  std::string name;
  std::string value;

  friend bool operator==(const route_match&, const route_match&) = default;
};

// The objects that a router asked for, as they are now. What does not exist is not among them.
struct routed_objects {
  std::vector<kube::object_ref> asked;
  std::vector<nlohmann::json> found;
};

// Pending: it answers for its routes, and has not looked at the latest change yet.
enum class acceptance { yes,
                        no,
                        pending,
                        unknown };

// What the live objects mean.
struct router_view {
  std::optional<int> weight;  // 0 to 100 in percent; absent: the canary is no backend
  std::vector<route_match> matches;
  acceptance accepted = acceptance::unknown;  // by the data plane, as its status says; not a word about traffic
  std::string message;                        // why not, or not yet; untrusted
  std::vector<std::string> problems;          // what keeps it from being routed, before anything is touched; untrusted
};

// What is to become of objects. The writes are whole and carry the resourceVersion that they were made from.
struct router_change {
  std::vector<nlohmann::json> write;
  std::vector<kube::object_ref> remove;
};

// A router that does no I/O of its own: it is given objects and says what to write. What it asks for and writes is held
// against the kinds that it was granted and the target's namespace before it is returned; what it removes, against what it
// had written. Nothing here touches the cluster. Errors of all: as host::call, and forbidden (goes beyond its grants).
class objects_router {
 public:
  objects_router(host& plugins, std::string name) : plugins_(&plugins), name_(std::move(name)) {}

  // Needed no longer than until they return: what they return keeps what it needs but for the host.
  task<result<std::vector<kube::object_ref>>> objects(router_target target) const;
  task<result<router_view>> inspect(router_target target, routed_objects objects) const;
  // `written`: every object that this router has created so far for this rollout; it may remove no other.
  task<result<router_change>> set(router_target target, routed_objects objects, int weight, std::vector<route_match> matches, std::vector<kube::object_ref> written) const;
  // `originals`: the same objects as they were before the first set().
  task<result<router_change>> release(router_target target, routed_objects objects, std::vector<nlohmann::json> originals, std::vector<kube::object_ref> written) const;

 private:
  host* plugins_;
  std::string name_;
};

}  // namespace leadsman::plugin
