#include "kube/endpoints.hpp"

#include <map>
#include <set>

namespace leadsman::kube {

service_endpoints count_endpoints(const std::vector<json>& slices) {
  std::map<std::string, bool> addresses;
  std::set<std::string> ready_pods;
  for (const json& slice : slices) {
    for (const json& endpoint : at(slice, "/endpoints")) {
      const bool ready = flag_at(endpoint, "/conditions/ready", true);  // absent means ready
      for (const json& address : at(endpoint, "/addresses")) {
        addresses[address.is_string() ? address.get<std::string>() : ""] |= ready;
      }
      if (ready && text_at(endpoint, "/targetRef/kind") == "Pod") ready_pods.insert(text_at(endpoint, "/targetRef/name"));
    }
  }
  service_endpoints counted;
  for (const auto& [address, ready] : addresses) (ready ? counted.ready : counted.not_ready) += 1;
  counted.ready_pods.assign(ready_pods.begin(), ready_pods.end());
  return counted;
}

task<result<service_endpoints>> read_endpoints(client& cluster, std::string name_space, std::string service) {
  const list_query wanted{"discovery.k8s.io/v1", "EndpointSlice", name_space, "kubernetes.io/service-name=" + service, {}};
  auto listing = cluster.list(wanted);
  LEADSMAN_CO_TRY(const object_list slices, co_await std::move(listing));
  co_return count_endpoints(slices.items);
}

}  // namespace leadsman::kube
