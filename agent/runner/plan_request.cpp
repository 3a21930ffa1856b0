#include <algorithm>

#include "base/text.hpp"
#include "runner/canary/examine.hpp"
#include "runner/chart.hpp"
#include "runner/difference.hpp"
#include "runner/gate/examine.hpp"
#include "runner/gate/try_queries.hpp"
#include "runner/id.hpp"
#include "runner/observe.hpp"
#include "runner/permission/check.hpp"
#include "runner/permission/role.hpp"
#include "runner/plan_json.hpp"
#include "runner/preview/owners.hpp"
#include "runner/preview/permissions.hpp"
#include "runner/preview/room.hpp"
#include "runner/preview/timeline.hpp"
#include "runner/reach_check.hpp"
#include "runner/redact_event.hpp"
#include "runner/release_reader.hpp"
#include "runner/rollouts.hpp"
#include "runner/secrets.hpp"
#include "wire/model.hpp"

namespace leadsman::runner {

using nlohmann::json;

namespace {

task<result<json>> change_of(kube::client& api, helm::object object) {
  const kube::object_ref ref{object.api_version, object.kind, object.object_namespace, object.name};
  json out = json::object();
  out["object"] = object.kind + " " + object.name;
  const auto live = co_await api.get(ref);
  kube::apply_options dry;
  dry.dry_run = true;
  dry.force = true;
  const auto wanted = co_await api.apply(object.text, ref, dry);
  if (!live || !wanted) {
    out["action"] = "unknown";
    out["message"] = live ? wanted.error().message : live.error().message;
    co_return out;
  }
  if (!*live) {
    out["action"] = "create";
    co_return out;
  }
  out["changes"] = difference_rows(object.kind, manifest_content(**live), manifest_content(*wanted));
  out["action"] = out["changes"].empty() ? "unchanged" : "change";
  co_return out;
}

json removal_of(const helm::object& old) { return {{"object", old.kind + " " + old.name}, {"action", "remove"}}; }

json refusal_json(const std::optional<plan::refusal>& refused) {
  if (!refused) return nullptr;
  return {{"reason", refused->reason}, {"message", refused->message}};
}

void refuse_reach(json& preview, const std::string& why) {
  preview["refused"] = {{"reason", model::reason::k_out_of_reach}, {"message", why}};
  preview["steps"] = json::array();
  preview["changes"] = json::array();
  preview["on_failure"] = "";
}

// What was rendered, and what is deployed now.
struct two_sides {
  helm::release rendered;
  std::vector<helm::object> wanted;
  std::optional<helm::release> deployed;
  std::vector<helm::object> before;
};

task<result<json>> changes_of(rollout& r, const two_sides& both) {
  json changes = json::array();
  for (const helm::object& object : both.wanted) {
    LEADSMAN_CO_TRY(json change, co_await change_of(*r.target.api, object));
    changes.push_back(std::move(change));
  }
  for (const helm::object& old : both.before) {
    const bool stays = std::ranges::any_of(both.wanted, [&](const helm::object& o) { return o.kind == old.kind && o.name == old.name && o.object_namespace == old.object_namespace; });
    if (!stays) changes.push_back(removal_of(old));
  }
  co_return changes;
}

void hide_secrets_of_both(rollout& r, const two_sides& both) {
  r.hide_secrets(both.wanted);
  if (!both.deployed) return;
  const std::vector<std::string> old_secrets = secrets_in_values(both.deployed->config);
  r.hidden.insert(r.hidden.end(), old_secrets.begin(), old_secrets.end());
  r.hide_secrets(both.before);
}

task<result<helm::release>> render_release(rollout& r, const std::optional<helm::release>& before) {
  helm::upgrade_request ask_helm = upgrade_request_of(r, side::stable);
  ask_helm.apply = apply_method_of(r.policy(), before);
  auto rendering = r.shared.helm.render(r.target.kubeconfig, ask_helm, r.values, helm::observer{});
  LEADSMAN_CO_TRY(auto done, co_await std::move(rendering));
  if (!done.run.failed) co_return std::move(*done.rendered);
  if (done.run.failed->kind != helm::failure_class::denied) co_return fail(errc::invalid_input, done.run.failed->message, "chart");
  const step_result why = co_await explain_forbidden(r, done.run.failed->message);
  co_return fail(errc::forbidden, why.message);
}

task<result<two_sides>> read_sides(rollout& r, const plan::rolling_plan& plan) {
  two_sides both;
  if (plan.deployed_revision) {
    LEADSMAN_CO_TRY(both.deployed, co_await read_revision(*r.target.api, r.release(), *plan.deployed_revision));
  }
  LEADSMAN_CO_TRY(both.rendered, co_await render_release(r, both.deployed));
  LEADSMAN_CO_TRY(both.wanted, helm::split_manifest(both.rendered.manifest, r.release().name_space));
  if (!both.deployed) co_return both;
  LEADSMAN_CO_TRY(both.before, helm::split_manifest(both.deployed->manifest, r.release().name_space));
  co_return both;
}

void refuse(json& preview, std::string_view reason, std::string message) {
  if (preview["refused"].is_null()) preview["refused"] = {{"reason", reason}, {"message", std::move(message)}};
}

// By what it will be seen that traffic follows a weight.
std::string how_it_is_known(const model::canary& canary, const analysis::probed& probed) {
  const auto& check = canary.in_effect;
  if (!check) return "a weight is taken for in effect " + format_duration(canary.settle) + " after the router accepted it: traffic is not looked at";
  if (check->counters) return "a weight is in effect when the requests that " + canary.metrics->plugin + " counts show it";
  if (probed.values.empty()) return "";
  const std::vector<std::string> values(probed.values.begin(), probed.values.end());
  return "a weight is in effect when probes of " + check->probe->url + " show it; stable answers them with " + truncate(join(values, ", "), 200);
}

// What the canary would be, or why there can be none.
void tell_canary(const rollout& r, const canary_finding& found, json& preview) {
  preview["canary"] = {{"release", release_of(r, side::canary).name}, {"service", found.assessment.service}, {"left_out", found.assessment.left_out}};
  preview["canary"]["in_effect"] = how_it_is_known(*r.request.canary, found.probed);
  if (!found.abrupt_end.empty()) preview["warnings"].push_back(found.abrupt_end);
  if (!found.problems.empty()) refuse(preview, model::reason::k_canary_refused, join(found.problems, "; "));
}

// Whether the gates after an upgrade can be measured, and what they show now.
task<wire::checks> look_at_gates(rollout& r, const two_sides& both, json& preview) {
  gate_finding found = examine_gates(r, both.wanted);
  tried_queries tried;
  if (found.problems.empty()) {
    auto trying = try_queries(r, gates_after_upgrade(r), found.service);
    tried = co_await std::move(trying);
    found.problems = std::move(tried.problems);
  }
  if (!found.problems.empty()) refuse(preview, model::reason::k_gates_refused, join(found.problems, "; "));
  co_return std::move(tried.rows);
}

// What can be known before anything happens, a row each.
task<result<wire::checks>> look_beforehand(rollout& r, const plan::rolling_plan& plan, const two_sides& both, json& preview) {
  wire::checks rows;
  auto asking = find_missing(r, both.wanted, both.deployed);
  auto denied = co_await std::move(asking);
  if (!denied) rows.push_back(wire::doubtful("permissions", "not checked: " + denied.error().message, ""));
  canary_finding canary;
  if (plan.canary) {
    LEADSMAN_CO_TRY(auto rendering, co_await render_canary(r));
    LEADSMAN_CO_TRY(canary, co_await examine_canary(r, both.rendered, std::move(rendering)));
    tell_canary(r, canary, preview);
    if (denied) denied->insert(denied->end(), canary.denied.begin(), canary.denied.end());
  }
  if (denied) {
    if (!denied->empty()) refuse(preview, model::reason::k_forbidden, "the agent lacks permissions: " + join(describe_denied(*denied), "; "));
    wire::check row = co_await permission_row(r, std::move(*denied));
    rows.push_back(std::move(row));
  }
  pods_in_question pods{both.before, both.wanted, plan.canary && canary.rendered ? &canary : nullptr};
  wire::checks room = co_await look_for_room(r, std::move(pods));
  wire::append(rows, std::move(room));
  wire::append(rows, owner_rows(canary.route, both.wanted));
  wire::append(rows, std::move(canary.metrics));
  wire::checks measured = co_await look_at_gates(r, both, preview);
  wire::append(rows, std::move(measured));
  co_return rows;
}

task<result<plan::observed>> look_at_release(rollout& r) {
  auto looking = observe(r);
  auto seen = co_await std::move(looking);
  if (seen || seen.error().code != errc::forbidden) co_return seen;
  const step_result why = co_await explain_forbidden(r, seen.error().message);
  co_return fail(errc::forbidden, why.message);
}

task<result<json>> make_preview(rollout& r) {
  LEADSMAN_CO_CHECK(co_await unpack_chart(r));
  LEADSMAN_CO_CHECK(prepare_values_of(r));
  LEADSMAN_CO_TRY(const plan::observed seen, co_await look_at_release(r));
  const plan::planned made = plan::make_plan(r.request.kind, r.policy(), r.request.canary, r.request.revision, seen, leadsman::now(), r.request.measured.gates);
  plan::rolling_plan shown = made.plan;
  if (shown.left) shown.left->route.clear();
  json out = to_json(shown);
  out["refused"] = refusal_json(made.refused);
  for (const std::string& note : r.values.notes) out["warnings"].push_back(note);
  LEADSMAN_CO_TRY(const two_sides both, co_await read_sides(r, made.plan));
  // Before any object is looked up: what is out of reach is not shown either.
  LEADSMAN_CO_TRY(const auto found, co_await check_reach(r, made.plan, both.rendered));
  if (found.why_not) {
    refuse_reach(out, *found.why_not);
    co_return redact_json(r.log.secrets(), std::move(out));
  }
  if (const auto note = note_on_skipped_crds(r, made.plan)) out["warnings"].push_back(*note);
  hide_secrets_of_both(r, both);
  r.plan = made.plan;
  r.rendered = both.rendered;
  LEADSMAN_CO_CHECK(co_await add_timeline(r, made.plan, out));
  if (!made.refused) {
    LEADSMAN_CO_TRY(out["checks"], co_await look_beforehand(r, made.plan, both, out));
  }
  LEADSMAN_CO_TRY(out["changes"], co_await changes_of(r, both));
  // A password may stand in any object, an old one too: what changes is shown, not the secrets in it.
  co_return redact_json(r.log.secrets(), std::move(out));
}

}  // namespace

task<result<json>> rollouts::plan(model::deployment_request request) {
  LEADSMAN_CO_CHECK(co_await check(request));
  LEADSMAN_CO_TRY(cluster* const target, clusters_.find(request.release.cluster));
  model::deployment unsaved;
  unsaved.id = "plan-" + make_id(leadsman::now());
  unsaved.release = request.release;
  const auto r = std::make_shared<rollout>(shared_, *target, unsaved, std::move(request), followers_);
  auto preview = co_await make_preview(*r);
  remove_chart(*r);
  if (!preview) co_return fail(preview.error().code, r->log.secrets().redact(preview.error().message), preview.error().field);
  LEADSMAN_CO_TRY(const auto status, co_await release_status(r->release()));
  (*preview)["holder"] = status ? status->at("holder") : json();
  (*preview)["release"] = r->release();
  co_return preview;
}

}  // namespace leadsman::runner
