#include "runner/permission/collect.hpp"

#include <iterator>

namespace leadsman::runner {

namespace {

void append(std::vector<permission>& to, std::vector<permission> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

std::vector<kube::object_ref> refs_of(const std::vector<helm::object>& objects) {
  std::vector<kube::object_ref> refs;
  for (const helm::object& o : objects) refs.push_back({o.api_version, o.kind, o.object_namespace, o.name});
  return refs;
}

result<std::vector<kube::object_ref>> refs_of(const std::vector<helm::hook>& hooks, const std::string& name_space) {
  std::vector<kube::object_ref> refs;
  for (const helm::hook& hook : hooks) {
    LEADSMAN_TRY(const auto objects, helm::split_manifest(hook.manifest, name_space));
    for (kube::object_ref& ref : refs_of(objects)) refs.push_back(std::move(ref));
  }
  return refs;
}

task<result<wanted_permissions>> collect_permissions(kube::client& api, std::string name_space, std::vector<kube::object_ref> objects,
                                                     bool defines) {
  wanted_permissions wanted;
  wanted.all = own_permissions(name_space);
  if (defines) append(wanted.all, definition_permissions());
  for (const kube::object_ref& ref : objects) {
    const auto kind = co_await api.mapping(ref.api_version, ref.kind);
    if (!kind && kind.error().code != errc::not_found) co_return fail(kind.error());
    if (kind) append(wanted.all, object_permissions(ref, *kind));
    else wanted.unknown.push_back(kube::to_string(ref));
  }
  co_return wanted;
}

}  // namespace leadsman::runner
