#include "kube/snapshot.hpp"

namespace leadsman::kube {

task<result<std::vector<json>>> list_items(client& cluster, std::string api_version, std::string kind, std::string name_space) {
  const list_query wanted{api_version, kind, name_space, {}, {}};
  auto listing = cluster.list(wanted);
  result<object_list> listed = co_await std::move(listing);
  if (!listed) co_return fail(listed.error());
  co_return std::move(listed->items);
}

task<result<std::vector<workload_status>>> read_workloads(client& cluster, std::string name_space,
                                                          std::vector<object_ref> workloads, patience rule) {
  auto listing_pods = list_items(cluster, "v1", "Pod", name_space);
  LEADSMAN_CO_TRY(const std::vector<json> pods, co_await std::move(listing_pods));
  auto listing_sets = list_items(cluster, "apps/v1", "ReplicaSet", name_space);
  LEADSMAN_CO_TRY(const std::vector<json> sets, co_await std::move(listing_sets));
  std::vector<workload_status> statuses;
  for (object_ref ref : workloads) {
    if (ref.name_space.empty()) ref.name_space = name_space;
    LEADSMAN_CO_TRY(const std::optional<json> object, co_await cluster.get(ref));
    if (object) {
      statuses.push_back(assess_workload(*object, {pods, sets}, rule, now()));
      continue;
    }
    workload_status missing{.kind = ref.kind, .name_space = ref.name_space, .name = ref.name};
    missing.reason = "NotFound";
    missing.message = "does not exist";
    statuses.push_back(std::move(missing));
  }
  co_return statuses;
}

}  // namespace leadsman::kube
