#include "runner/permission/check.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "runner/chart.hpp"
#include "runner/permission/collect.hpp"
#include "runner/permission/review.hpp"
#include "runner/permission/role.hpp"

namespace leadsman::runner {

namespace {

step_result forbidden(std::string message) { return {flow::outcome::failed, std::string(model::reason::k_forbidden), std::move(message)}; }

task<result<denied_permissions>> find_denied_of(kube::client& api, std::string name_space, std::vector<kube::object_ref> objects, bool defines) {
  LEADSMAN_CO_TRY(wanted_permissions wanted, co_await collect_permissions(api, name_space, std::move(objects), defines));
  co_return co_await find_denied(api, std::move(wanted.all));
}

void append_refs(std::vector<kube::object_ref>& to, std::vector<kube::object_ref> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

result<void> add_hooks(std::vector<kube::object_ref>& to, const std::vector<helm::hook>& hooks, const std::string& name_space) {
  LEADSMAN_TRY(std::vector<kube::object_ref> more, refs_of(hooks, name_space));
  append_refs(to, std::move(more));
  return {};
}

// What the chart makes, hooks and tests too, found without the cluster.
task<result<std::vector<kube::object_ref>>> refs_without_cluster(rollout& r) {
  if (!model::is_rendered(r.request.kind)) co_return std::vector<kube::object_ref>{};
  LEADSMAN_CO_CHECK(co_await unpack_chart(r));
  auto rendering = r.shared.helm.render_alone(upgrade_request_of(r, side::stable), r.values, helm::observer{});
  LEADSMAN_CO_TRY(const auto rendered, co_await std::move(rendering));
  if (rendered.run.failed) co_return fail(errc::invalid_input, rendered.run.failed->message, "chart");
  LEADSMAN_CO_TRY(const auto objects, helm::split_manifest(rendered.manifest, r.release().name_space));
  co_return refs_of(objects);
}

}  // namespace

std::string missing_text(const denied_permissions& denied, std::string_view command) {
  return fmt::format("{} permissions are missing: {}. `leadsman {}` with the same flags prints the Role that grants them", denied.size(),
                     join(describe_denied(denied), "; "), command);
}

step_result forbidden_for(const denied_permissions& denied) { return forbidden(missing_text(denied)); }

task<result<denied_permissions>> find_missing(rollout& r, std::vector<helm::object> objects, std::optional<helm::release> before) {
  const std::string name_space = r.release().name_space;
  std::vector<kube::object_ref> refs = refs_of(objects);
  if (r.rendered) LEADSMAN_CO_CHECK(add_hooks(refs, r.rendered->hooks, name_space));
  if (before) LEADSMAN_CO_CHECK(add_hooks(refs, before->hooks, name_space));
  if (before) {
    LEADSMAN_CO_TRY(const auto old, helm::split_manifest(before->manifest, name_space));
    append_refs(refs, refs_of(old));
  }
  co_return co_await find_denied_of(*r.target.api, name_space, std::move(refs), !before && brings_definitions(r));
}

task<result<std::optional<step_result>>> check_permissions(rollout& r, const std::vector<helm::object>& objects,
                                                           const std::optional<helm::release>& before) {
  const ask<denied_permissions> asking = [&r, &objects, &before] { return find_missing(r, objects, before); };
  const auto denied = co_await persist(r, "permissions", asking);
  if (!denied && r.interrupted()) co_return fail(denied.error());
  if (!denied) {
    // A cluster that does not say is no reason to stop: it will refuse by itself.
    LEADSMAN_CO_CHECK(co_await r.log.tell(model::event_kind::warning, "permissions were not checked: " + denied.error().message));
    co_return std::optional<step_result>{};
  }
  if (denied->empty()) co_return std::optional<step_result>{};
  co_return forbidden_for(*denied);
}

task<step_result> explain_forbidden(rollout& r, std::string message) {
  auto rendering = refs_without_cluster(r);
  const auto refs = co_await std::move(rendering);
  auto asking = find_denied_of(*r.target.api, r.release().name_space, refs.value_or(std::vector<kube::object_ref>{}),
                               r.plan.first_installation && brings_definitions(r));
  const auto denied = co_await std::move(asking);
  if (!denied || denied->empty()) co_return forbidden(std::move(message));
  co_return forbidden(message + "; " + missing_text(*denied, "doctor"));
}

}  // namespace leadsman::runner
