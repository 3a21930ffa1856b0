#include <algorithm>

#include "base/text.hpp"
#include "runner/canary/examine.hpp"
#include "runner/chart.hpp"
#include "runner/difference.hpp"
#include "runner/id.hpp"
#include "runner/observe.hpp"
#include "runner/plan_json.hpp"
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

void refuse(json& preview, const std::string& beyond_reach) {
  preview["refused"] = {{"reason", model::reason::k_out_of_reach}, {"message", beyond_reach}};
  preview["steps"] = json::array();
  preview["changes"] = json::array();
  preview["on_failure"] = "";
}

task<result<json>> changes_of(rollout& r, helm::release rendered, const std::optional<helm::release>& deployed) {
  json changes = json::array();
  LEADSMAN_CO_TRY(const auto objects, helm::split_manifest(rendered.manifest, r.release().name_space));
  for (const helm::object& object : objects) {
    LEADSMAN_CO_TRY(json change, co_await change_of(*r.target.api, object));
    changes.push_back(std::move(change));
  }
  r.hide_secrets(objects);
  if (!deployed) co_return changes;
  LEADSMAN_CO_TRY(const auto before, helm::split_manifest(deployed->manifest, r.release().name_space));
  const std::vector<std::string> old_secrets = secrets_in_values(deployed->config);
  r.hidden.insert(r.hidden.end(), old_secrets.begin(), old_secrets.end());
  r.hide_secrets(before);
  for (const helm::object& old : before) {
    const bool stays = std::ranges::any_of(objects, [&](const helm::object& o) { return o.kind == old.kind && o.name == old.name && o.object_namespace == old.object_namespace; });
    if (!stays) changes.push_back(removal_of(old));
  }
  co_return changes;
}

task<result<helm::release>> render_release(rollout& r, const std::optional<helm::release>& before) {
  helm::upgrade_request ask_helm = upgrade_request_of(r, side::stable);
  ask_helm.apply = apply_method_of(r.policy(), before);
  auto rendering = r.shared.helm.render(r.target.kubeconfig, ask_helm, r.values, helm::observer{});
  LEADSMAN_CO_TRY(auto done, co_await std::move(rendering));
  if (done.run.failed) co_return fail(errc::invalid_input, done.run.failed->message, "chart");
  co_return std::move(*done.rendered);
}

// What the canary would be, or why there can be none.
task<result<void>> preview_canary(rollout& r, plan::rolling_plan plan, helm::release rendered, json& preview) {
  r.plan = std::move(plan);
  LEADSMAN_CO_TRY(const canary_finding found, co_await examine_canary(r, std::move(rendered)));
  preview["canary"] = {{"release", release_of(r, side::canary).name}, {"service", found.assessment.service}, {"left_out", found.assessment.left_out}};
  if (!found.problems.empty()) {
    preview["refused"] = {{"reason", model::reason::k_canary_refused}, {"message", join(found.problems, "; ")}};
  }
  co_return result<void>{};
}

task<result<json>> make_preview(rollout& r) {
  LEADSMAN_CO_CHECK(co_await unpack_chart(r));
  LEADSMAN_CO_CHECK(prepare_values_of(r));
  LEADSMAN_CO_TRY(const plan::observed seen, co_await observe(r));
  const plan::planned made = plan::make_plan(r.request.kind, r.policy(), r.request.canary, r.request.revision, seen, leadsman::now());
  plan::rolling_plan shown = made.plan;
  if (shown.left) shown.left->route.clear();
  json out = to_json(shown);
  out["refused"] = refusal_json(made.refused);
  for (const std::string& note : r.values.notes) out["warnings"].push_back(note);
  std::optional<helm::release> deployed;
  if (made.plan.deployed_revision) {
    LEADSMAN_CO_TRY(deployed, co_await read_revision(*r.target.api, r.release(), *made.plan.deployed_revision));
  }
  LEADSMAN_CO_TRY(auto rendered, co_await render_release(r, deployed));
  // Before any object is looked up: what is out of reach is not shown either.
  LEADSMAN_CO_TRY(const auto found, co_await check_reach(r, made.plan, rendered));
  if (found.why_not) {
    refuse(out, *found.why_not);
    co_return redact_json(r.log.secrets(), std::move(out));
  }
  if (const auto note = note_on_skipped_crds(r, made.plan)) out["warnings"].push_back(*note);
  if (made.plan.canary) LEADSMAN_CO_CHECK(co_await preview_canary(r, made.plan, rendered, out));
  LEADSMAN_CO_TRY(out["changes"], co_await changes_of(r, std::move(rendered), deployed));
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
