#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "async/task_group.hpp"
#include "base/text.hpp"
#include "runner/canary/examine.hpp"
#include "runner/canary/probe.hpp"
#include "runner/chart.hpp"
#include "runner/gate/examine.hpp"
#include "runner/permission/check.hpp"
#include "runner/reach_check.hpp"
#include "runner/release_reader.hpp"
#include "runner/step/steps.hpp"

namespace leadsman::runner {

using model::event_kind;
namespace reason = model::reason;

namespace {

step_result invalid(std::string message) { return {flow::outcome::failed, std::string(reason::k_chart_invalid), std::move(message)}; }

std::string why_of(const helm::failure_class kind) {
  switch (kind) {
    case helm::failure_class::cluster_unreachable: return std::string(reason::k_cluster_unreachable);
    default: return std::string(reason::k_chart_invalid);
  }
}

std::string lint_errors(const helm::lint_outcome& linted) {
  std::string text;
  for (const helm::lint_finding& f : linted.findings) {
    if (f.severity != "ERROR") continue;
    if (!text.empty()) text += "; ";
    text += f.source.empty() ? f.message : f.source + ": " + f.message;
  }
  return text.empty() && linted.run.failed ? linted.run.failed->message : text;
}

struct checks {
  result<helm::lint_outcome> linted = helm::lint_outcome{};
  result<helm::render_outcome> rendered = helm::render_outcome{};
  result<helm::render_outcome> canary = helm::render_outcome{};
};

bool has_canary_to_make(const rollout& r) { return r.request.kind == model::request_kind::deploy && r.request.canary && !r.plan.first_installation; }

task<void> lint(rollout& r, checks& done) {
  helm::lint_request ask;
  ask.release_namespace = r.release().name_space;
  ask.chart = r.chart_folder.string();
  auto linting = r.shared.helm.lint(ask, r.values, helm::observer{});
  done.linted = co_await std::move(linting);
}

task<void> render(rollout& r, helm::upgrade_request ask, checks& done) {
  auto rendering = r.shared.helm.render(r.target.kubeconfig, ask, r.values, helm::observer{});
  done.rendered = co_await std::move(rendering);
}

task<void> render_twin(rollout& r, checks& done) {
  auto rendering = render_canary(r);
  done.canary = co_await std::move(rendering);
}

// A helm process each, all at the same time: one costs half a second, and most of that is the cluster's.
task<checks> run_helms(rollout& r, helm::upgrade_request ask) {
  checks done;
  task_group helms(r.shared.executor);
  helms.spawn("helm lint", [&r, &done] { return lint(r, done); });
  helms.spawn("helm render", [&r, &done, &ask] { return render(r, ask, done); });
  if (has_canary_to_make(r)) helms.spawn("helm render canary", [&r, &done] { return render_twin(r, done); });
  co_await helms.join();
  co_return done;
}

struct dry_run {
  std::string object;
  error refused;
  bool checked = true;  // false: could not be tried, which is no failure
};

// The API server's own answer, without effect: conflicts, quota, admission, schema. What it will not try dry (a webhook
// with side effects, a kind or namespace that only the upgrade brings) is not checked.
task<void> try_object(rollout& r, helm::object object, bool server_side, std::vector<dry_run>& problems) {
  const kube::object_ref ref{object.api_version, object.kind, object.object_namespace, object.name};
  kube::apply_options dry;
  dry.dry_run = true;
  dry.force = r.policy().force_conflicts || !server_side;
  const auto tried = co_await r.target.api->apply(object.text, ref, dry);
  if (tried) co_return;
  const bool checked = tried.error().code == errc::conflict || tried.error().code == errc::invalid_input ||
                       (tried.error().code == errc::forbidden && tried.error().message.find("quota") != std::string::npos);
  const bool webhook = tried.error().message.find("dry run") != std::string::npos || tried.error().message.find("dryRun") != std::string::npos;
  problems.push_back({object.kind + " " + object.name, tried.error(), checked && !webhook});
}

task<result<std::vector<dry_run>>> try_objects(rollout& r, std::vector<helm::object> objects, bool server_side) {
  std::vector<dry_run> problems;
  task_group tries(r.shared.executor);
  for (const helm::object& object : objects) {
    tries.spawn("dry run", [&r, &object, server_side, &problems] { return try_object(r, object, server_side, problems); });
  }
  co_await tries.join();
  std::ranges::sort(problems, {}, &dry_run::object);
  co_return problems;
}

task<result<step_result>> judge(rollout& r, std::vector<dry_run> problems, size_t objects) {
  std::string refused;
  for (const dry_run& p : problems) {
    if (p.checked) refused += (refused.empty() ? "" : "; ") + p.object + ": " + p.refused.message;
    else LEADSMAN_CO_CHECK(co_await r.log.tell(event_kind::warning, p.object + " was not checked by dry run: " + p.refused.message));
  }
  if (!refused.empty()) co_return step_result{flow::outcome::failed, std::string(reason::k_dry_run_failed), refused};
  co_return step_result{flow::outcome::done, "", fmt::format("{} objects rendered and tried", objects)};
}

// Holds what was rendered against the caller's reach, before anything of it is tried; absent when all is within.
task<result<std::optional<step_result>>> stay_within_reach(rollout& r) {
  std::optional<step_result> refused;
  const ask<reach_finding> checking = [&r] { return check_reach(r, r.plan, r.rendered); };
  LEADSMAN_CO_TRY(const auto found, co_await persist(r, "kinds", checking));
  if (found.why_not) {
    refused = step_result{flow::outcome::failed, std::string(reason::k_out_of_reach), *found.why_not};
    co_return refused;
  }
  const auto note = note_on_skipped_crds(r, r.plan);
  if (note) LEADSMAN_CO_CHECK(co_await r.log.tell(event_kind::warning, *note));
  nlohmann::json detail = intent_of(r);
  detail["limits"] = dump_limits(found.limits);
  if (!model::is_unlimited(r.reach())) LEADSMAN_CO_CHECK(co_await intend(r, std::move(detail)));
  co_return refused;
}

// The canary, as far as it can be known before there is one; absent when there is none to be, or nothing against it.
task<result<std::optional<step_result>>> check_canary(rollout& r, helm::render_outcome rendering, std::vector<helm::object>& objects) {
  std::optional<step_result> refused;
  if (!has_canary_to_make(r)) co_return refused;
  const ask<canary_finding> examining = [&r, &rendering] { return examine_canary(r, *r.rendered, rendering); };
  LEADSMAN_CO_TRY(auto found, co_await persist(r, "canary", examining));
  if (!found.problems.empty()) {
    refused = step_result{flow::outcome::failed, std::string(reason::k_canary_refused), join(found.problems, "; ")};
    co_return refused;
  }
  if (!found.denied.empty()) {
    refused = forbidden_for(found.denied);
    co_return refused;
  }
  nlohmann::json detail = intent_of(r);
  detail[k_examined_canary] = found.assessment;
  detail[k_stable_answers] = found.probed.values;
  LEADSMAN_CO_CHECK(co_await intend(r, std::move(detail)));
  for (const std::string& left_out : found.assessment.left_out) LEADSMAN_CO_CHECK(co_await r.log.tell(event_kind::warning, "not in the canary: " + left_out));
  LEADSMAN_CO_TRY(const std::string twin, twin::make_twin(found.rendered->manifest, found.assessment.make));
  LEADSMAN_CO_TRY(auto more, helm::split_manifest(twin, r.release().name_space));
  r.hide_secrets(more);
  std::ranges::move(more, std::back_inserter(objects));
  r.rendered_canary = std::move(found.rendered);
  r.rendered_canary->manifest = twin;
  co_return refused;
}

// The gates, as far as it can be known whether they can be measured; absent when there is nothing against them.
task<result<std::optional<step_result>>> check_gates(rollout& r, std::vector<helm::object> objects) {
  std::optional<step_result> refused;
  const gate_finding found = examine_gates(r, objects);
  if (!found.problems.empty()) {
    refused = step_result{flow::outcome::failed, std::string(reason::k_gates_refused), join(found.problems, "; ")};
    co_return refused;
  }
  if (found.service.empty()) co_return refused;
  nlohmann::json detail = intent_of(r);
  detail[k_measured_service] = found.service;
  LEADSMAN_CO_CHECK(co_await intend(r, std::move(detail)));
  co_return refused;
}

task<result<std::optional<helm::release>>> release_before(rollout& r) {
  if (r.plan.base_revision == 0) co_return std::optional<helm::release>{};
  co_return co_await read_revision(*r.target.api, r.release(), r.plan.base_revision);
}

}  // namespace

// Lints, renders against the cluster, asks for every permission, and tries every object with the API server: what fails here has changed nothing.
task<result<step_result>> preflight(rollout& r, bool) {
  const auto unpacked = co_await unpack_chart(r);
  if (!unpacked) co_return invalid(unpacked.error().message);
  const ask<std::optional<helm::release>> reading = [&r] { return release_before(r); };
  LEADSMAN_CO_TRY(const auto before, co_await persist(r, "release", reading));

  helm::upgrade_request ask_helm = upgrade_request_of(r, side::stable);
  ask_helm.apply = apply_method_of(r.policy(), before);
  auto running = run_helms(r, ask_helm);
  checks done = co_await std::move(running);
  if (!done.linted) co_return fail(done.linted.error());
  if (!done.rendered) co_return fail(done.rendered.error());
  if (!done.canary) co_return fail(done.canary.error());
  if (done.linted->run.failed) co_return invalid("helm lint: " + lint_errors(*done.linted));
  if (const auto& failed = done.rendered->run.failed) {
    if (failed->kind == helm::failure_class::denied) co_return co_await explain_forbidden(r, failed->message);
    co_return step_result{flow::outcome::failed, why_of(failed->kind), failed->message};
  }
  // That the chart cannot be rendered as a canary says something about the canary; that the cluster is away does not.
  if (const auto& failed = done.canary->run.failed; failed && failed->kind == helm::failure_class::cluster_unreachable) {
    co_return step_result{flow::outcome::failed, why_of(failed->kind), failed->message};
  }

  auto objects = helm::split_manifest(done.rendered->rendered->manifest, r.release().name_space);
  if (!objects) co_return invalid(objects.error().message);
  r.hide_secrets(*objects);
  r.rendered = std::move(done.rendered->rendered);
  LEADSMAN_CO_TRY(const auto not_allowed, co_await check_permissions(r, *objects, before));
  if (not_allowed) co_return *not_allowed;

  LEADSMAN_CO_TRY(const auto refused, co_await stay_within_reach(r));
  if (refused) co_return *refused;
  LEADSMAN_CO_TRY(const auto no_gates, co_await check_gates(r, *objects));
  if (no_gates) co_return *no_gates;
  LEADSMAN_CO_TRY(const auto no_canary, co_await check_canary(r, std::move(*done.canary), *objects));
  if (no_canary) co_return *no_canary;
  const size_t count = objects->size();
  const bool server_side = ask_helm.apply == helm::apply_method::server_side;
  LEADSMAN_CO_TRY(auto problems, co_await try_objects(r, std::move(*objects), server_side));
  co_return co_await judge(r, std::move(problems), count);
}

}  // namespace leadsman::runner
