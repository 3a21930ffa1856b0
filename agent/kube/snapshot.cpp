#include "kube/snapshot.hpp"

#include "async/task_group.hpp"

namespace leadsman::kube {

task<result<std::vector<json>>> list_items(client& cluster, std::string api_version, std::string kind, std::string name_space) {
  const list_query wanted{api_version, kind, name_space, {}, {}};
  auto listing = cluster.list(wanted);
  result<object_list> listed = co_await std::move(listing);
  if (!listed) co_return fail(listed.error());
  co_return std::move(listed->items);
}

static task<void> get_one(client& cluster, object_ref ref, result<std::optional<json>>& found) {
  auto asking = cluster.get(std::move(ref));
  found = co_await std::move(asking);
}

task<result<std::vector<std::optional<json>>>> get_all(client& cluster, std::vector<object_ref> refs) {
  std::vector<result<std::optional<json>>> found(refs.size());
  task_group asking(co_await asio::this_coro::executor);
  for (size_t i = 0; i < refs.size(); ++i) {
    asking.spawn("get", [&cluster, &refs, &found, i] { return get_one(cluster, refs[i], found[i]); });
  }
  co_await asking.join();
  std::vector<std::optional<json>> objects;
  for (result<std::optional<json>>& one : found) {
    LEADSMAN_CO_TRY(auto object, std::move(one));
    objects.push_back(std::move(object));
  }
  co_return objects;
}

static std::vector<object_ref> in_namespace(const std::string& name_space, std::vector<object_ref> refs) {
  for (object_ref& ref : refs) {
    if (ref.name_space.empty()) ref.name_space = name_space;
  }
  return refs;
}

static workload_status missing(const object_ref& ref) {
  workload_status status{.kind = ref.kind, .name_space = ref.name_space, .name = ref.name};
  status.reason = "NotFound";
  status.message = "does not exist";
  return status;
}

task<result<std::vector<workload_status>>> read_workloads(client& cluster, std::string name_space,
                                                          std::vector<object_ref> workloads, patience rule) {
  auto listing_pods = list_items(cluster, "v1", "Pod", name_space);
  LEADSMAN_CO_TRY(const std::vector<json> pods, co_await std::move(listing_pods));
  auto listing_sets = list_items(cluster, "apps/v1", "ReplicaSet", name_space);
  LEADSMAN_CO_TRY(const std::vector<json> sets, co_await std::move(listing_sets));
  const std::vector<object_ref> refs = in_namespace(name_space, std::move(workloads));
  LEADSMAN_CO_TRY(const auto objects, co_await get_all(cluster, refs));
  std::vector<workload_status> statuses;
  for (size_t i = 0; i < refs.size(); ++i) {
    statuses.push_back(objects[i] ? assess_workload(*objects[i], {pods, sets}, rule, now()) : missing(refs[i]));
  }
  co_return statuses;
}

// Whether it says so itself. A bare pod is its own status.
static bool is_ready_by_itself(const json& object) {
  const std::vector<json> none;
  return !is_unready(assess_workload(object, {none, none}, {}, now()).state);
}

task<result<std::vector<workload_status>>> find_unready(client& cluster, std::string name_space, std::vector<object_ref> workloads) {
  const std::vector<object_ref> refs = in_namespace(name_space, std::move(workloads));
  LEADSMAN_CO_TRY(const auto objects, co_await get_all(cluster, refs));
  std::vector<object_ref> doubtful;
  for (size_t i = 0; i < refs.size(); ++i) {
    if (!objects[i] || !is_ready_by_itself(*objects[i])) doubtful.push_back(refs[i]);
  }
  if (doubtful.empty()) co_return std::vector<workload_status>{};
  LEADSMAN_CO_TRY(auto statuses, co_await read_workloads(cluster, name_space, doubtful));
  std::erase_if(statuses, [](const workload_status& s) { return !is_unready(s.state); });
  co_return statuses;
}

}  // namespace leadsman::kube
