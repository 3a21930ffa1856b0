#include "runner/preview/room.hpp"

#include "capacity/room.hpp"
#include "twin/instructions.hpp"

namespace leadsman::runner {

namespace {

using listed = result<kube::object_list>;

wire::check not_checked(const std::string& what, const error& why) {
  if (why.code == errc::forbidden) return wire::doubtful(what, "not checked: no permission", "let the agent get and list " + what + ", if you want to know");
  return wire::doubtful(what, "not checked: " + why.message, "");
}

// The pods that each workload asks for now. One that cannot be read has none.
task<void> count_live(rollout& r, std::vector<helm::object> objects, std::map<std::string, int>& live) {
  for (const helm::object& o : objects) {
    if (!kube::has_replicas(o.kind)) continue;
    const kube::object_ref ref{o.api_version, o.kind, o.object_namespace, o.name};
    const auto found = co_await r.target.api->get(ref);
    if (found && *found) live[twin::key_of(o.kind, o.name)] = kube::replicas_of(**found);
  }
}

task<listed> list_all(rollout& r, std::string kind, std::string name_space, std::string fields) {
  kube::list_query wanted{"v1", std::move(kind), std::move(name_space), {}, std::move(fields)};
  auto listing = r.target.api->list(std::move(wanted));
  co_return co_await std::move(listing);
}

task<wire::check> look_at_nodes(rollout& r, const capacity::peak& of) {
  const auto nodes = co_await list_all(r, "Node", "", "");
  if (!nodes) co_return not_checked("nodes", nodes.error());
  const auto pods = co_await list_all(r, "Pod", "", "status.phase!=Succeeded,status.phase!=Failed");
  if (!pods) co_return not_checked("nodes", pods.error());
  co_return capacity::nodes_row(of, nodes->items, pods->items);
}

task<wire::checks> look_at_quotas(rollout& r, const capacity::peak& of, const capacity::container_defaults& defaults) {
  const auto quotas = co_await list_all(r, "ResourceQuota", r.release().name_space, "");
  if (!quotas) co_return wire::only(not_checked("resourcequotas", quotas.error()));
  co_return capacity::quota_rows(of, quotas->items, defaults);
}

}  // namespace

task<wire::checks> look_for_room(rollout& r, pods_in_question about) {
  capacity::sources from;
  // Without the namespace's defaults, a container that says nothing asks for nothing.
  const auto ranges = co_await list_all(r, "LimitRange", r.release().name_space, "");
  if (ranges) from.defaults = capacity::defaults_of(ranges->items);
  if (about.canary) {
    from.canary = r.request.canary;
    from.twins = about.canary->assessment.workloads;
    if (const auto objects = helm::split_manifest(about.canary->rendered->manifest, r.release().name_space)) from.canary_objects = *objects;
  }
  co_await count_live(r, about.deployed, from.live);
  co_await count_live(r, from.canary_objects, from.live);
  from.deployed = std::move(about.deployed);
  from.wanted = std::move(about.wanted);
  const capacity::peak of = capacity::peak_of(from);
  wire::checks rows = wire::only(capacity::pods_row(of));
  wire::checks quotas = co_await look_at_quotas(r, of, from.defaults);
  wire::append(rows, std::move(quotas));
  wire::check nodes = co_await look_at_nodes(r, of);
  rows.push_back(std::move(nodes));
  co_return rows;
}

}  // namespace leadsman::runner
