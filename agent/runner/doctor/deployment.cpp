#include "runner/doctor/deployment.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "runner/chart.hpp"
#include "runner/ledger.hpp"
#include "runner/permission/collect.hpp"
#include "runner/permission/review.hpp"
#include "runner/permission/role.hpp"
#include "runner/release_reader.hpp"

namespace leadsman::runner {

namespace {

struct drawing {
  std::vector<kube::object_ref> refs;
  size_t hooks = 0;
  bool without_cluster = false;
};

task<result<drawing>> draw_alone(rollout& r, helm::upgrade_request ask_helm) {
  auto rendering = r.shared.helm.render_alone(std::move(ask_helm), r.values, helm::observer{});
  LEADSMAN_CO_TRY(const auto done, co_await std::move(rendering));
  if (done.run.failed) co_return fail(errc::invalid_input, done.run.failed->message);
  LEADSMAN_CO_TRY(const auto objects, helm::split_manifest(done.manifest, r.release().name_space));
  co_return drawing{refs_of(objects), 0, true};
}

// As the cluster would get it; where that is forbidden, what can be said without it.
task<result<drawing>> draw(rollout& r) {
  LEADSMAN_CO_CHECK(co_await unpack_chart(r));
  LEADSMAN_CO_CHECK(prepare_values_of(r));
  const helm::upgrade_request ask_helm = upgrade_request_of(r, side::stable);
  auto rendering = r.shared.helm.render(r.target.kubeconfig, ask_helm, r.values, helm::observer{});
  LEADSMAN_CO_TRY(const auto done, co_await std::move(rendering));
  if (done.run.failed && done.run.failed->kind == helm::failure_class::denied) co_return co_await draw_alone(r, ask_helm);
  if (done.run.failed) co_return fail(errc::invalid_input, done.run.failed->message);
  LEADSMAN_CO_TRY(const auto objects, helm::split_manifest(done.rendered->manifest, r.release().name_space));
  LEADSMAN_CO_TRY(std::vector<kube::object_ref> hooks, refs_of(done.rendered->hooks, r.release().name_space));
  drawing made{refs_of(objects), hooks.size()};
  made.refs.insert(made.refs.end(), hooks.begin(), hooks.end());
  co_return made;
}

// What is deployed now: the way back makes it again, and what the chart has no more is removed. Nothing when it may not be read.
task<std::vector<kube::object_ref>> deployed_refs(rollout& r) {
  const auto history = co_await read_history(*r.target.api, r.release());
  if (!history) co_return std::vector<kube::object_ref>{};
  const auto at = std::ranges::find(history->rbegin(), history->rend(), "deployed", &plan::observed_revision::status);
  if (at == history->rend()) co_return std::vector<kube::object_ref>{};
  const auto release = co_await read_revision(*r.target.api, r.release(), at->revision);
  if (!release || !*release) co_return std::vector<kube::object_ref>{};
  const auto objects = helm::split_manifest((*release)->manifest, r.release().name_space);
  co_return objects ? refs_of(*objects) : std::vector<kube::object_ref>{};
}

wire::check denied_row(const std::vector<permission>& denied, size_t asked, const std::string& release, const std::string& user) {
  wire::check row = wire::wrong("permissions", fmt::format("{} of {} are missing", denied.size(), asked),
                                "let somebody who may grant them apply the roles below: kubectl apply -f FILE");
  for (const std::string& line : describe_denied(denied)) row.found += "\n" + line;
  row.apply = make_roles(denied, release, user);
  return row;
}

task<wire::checks> ask_all(kube::client& api, std::vector<permission> wanted, std::string release, std::string where) {
  const size_t asked = unsettled(wanted, {}).size();
  const auto denied = co_await find_denied(api, std::move(wanted));
  if (!denied) co_return wire::only(wire::wrong("permissions", denied.error().message, "the cluster has to answer SelfSubjectAccessReviews: every user may ask them by default (system:basic-user)"));
  if (denied->empty()) co_return wire::only(wire::well("permissions", fmt::format("all {} that are needed {}", asked, where)));
  const auto user = co_await api.who_am_i();
  co_return wire::only(denied_row(*denied, asked, release, user.value_or("")));
}

task<wire::checks> see_namespace(kube::client& api, std::string name_space, bool may_create) {
  const kube::object_ref ref{"v1", "Namespace", "", name_space};
  const auto found = co_await api.get(ref);
  // Who may not read namespaces may still work in one.
  if (!found && found.error().code == errc::forbidden) co_return wire::checks();
  if (!found) co_return wire::only(wire::wrong("namespace", found.error().message, ""));
  if (*found) co_return wire::only(wire::well("namespace", name_space + " exists"));
  if (may_create) co_return wire::only(wire::well("namespace", name_space + " does not exist, and is made by the deployment"));
  co_return wire::only(wire::wrong("namespace", name_space + " does not exist", "kubectl create namespace " + name_space + ", or set create-namespace: true"));
}

wire::check chart_row(const rollout& r, const drawing& made) {
  const std::string name = r.request.chart.name + "-" + r.request.chart.version;
  if (made.without_cluster) {
    return wire::well("chart", fmt::format("{} renders to {} objects, hooks and tests among them (without the cluster, which shows us nothing yet)", name, made.refs.size()));
  }
  return wire::well("chart", fmt::format("{} renders to {} objects, {} hooks and tests", name, made.refs.size() - made.hooks, made.hooks));
}

// One that a deployment is at work with, or has left. Whoever may not read the ledger is told so by the permissions.
task<wire::checks> see_canary(rollout& r) {
  const auto known = co_await read_ledger(*r.target.api, r.release());
  if (!known && known.error().code == errc::forbidden) co_return wire::checks();
  if (!known) co_return wire::only(wire::wrong("ledger", known.error().message, ""));
  if (!known->canary) co_return wire::checks();
  const model::canary_entry& c = *known->canary;
  co_return wire::only(wire::doubtful("canary", fmt::format("{} has {} % of the traffic, of deployment {} since {}", c.chart, c.weight, c.deployment, format_rfc3339(c.since)),
                                      "the next deployment takes it away first; or decide about it: leadsman promote " + c.deployment + ", leadsman abort " + c.deployment + " --reason TEXT"));
}

// Of what the chart makes, or without it when it cannot be rendered.
task<wire::checks> ask_for_release(rollout& r, std::vector<kube::object_ref> refs, bool defines) {
  const std::string name_space = r.release().name_space;
  auto collecting = collect_permissions(*r.target.api, name_space, std::move(refs), defines);
  auto wanted = co_await std::move(collecting);
  if (!wanted) co_return wire::only(wire::wrong("permissions", wanted.error().message, ""));
  wire::checks rows = co_await ask_all(*r.target.api, std::move(wanted->all), r.release().name, "by this chart in " + name_space);
  if (wanted->unknown.empty()) co_return rows;
  rows.push_back(wire::doubtful("kinds", "the cluster does not know the kind of " + join(wanted->unknown, ", "),
                                "install the custom resource definitions first; the permissions for these could not be asked"));
  co_return rows;
}

}  // namespace

task<wire::checks> examine_namespace(kube::client& api, std::string name_space) {
  wire::checks rows = co_await see_namespace(api, name_space, false);
  wire::checks asked = co_await ask_all(api, own_permissions(name_space), "", "by every release in " + name_space);
  wire::append(rows, std::move(asked));
  co_return rows;
}

task<wire::checks> examine_deployment(rollout& r) {
  wire::checks rows = co_await see_namespace(*r.target.api, r.release().name_space, r.policy().create_namespace);
  auto drawing_it = draw(r);
  auto made = co_await std::move(drawing_it);
  if (made) rows.push_back(chart_row(r, *made));
  else rows.push_back(wire::wrong("chart", made.error().message, "mend the chart or its values; `leadsman plan` shows the same"));
  wire::checks canary = co_await see_canary(r);
  wire::append(rows, std::move(canary));
  std::vector<kube::object_ref> refs = co_await deployed_refs(r);
  const bool defines = refs.empty() && brings_definitions(r);
  if (made) refs.insert(refs.begin(), made->refs.begin(), made->refs.end());
  wire::checks asked = co_await ask_for_release(r, std::move(refs), defines);
  wire::append(rows, std::move(asked));
  for (wire::check& row : rows) row.found = r.log.secrets().redact(row.found);
  co_return rows;
}

}  // namespace leadsman::runner
