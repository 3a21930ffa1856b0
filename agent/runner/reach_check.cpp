#include "runner/reach_check.hpp"

#include <algorithm>

#include "runner/reach.hpp"
#include "runner/release_reader.hpp"

namespace leadsman::runner {

namespace {

namespace fs = std::filesystem;

constexpr const char* k_unclear =
    "the release has a manifest with line ends that YAML readers disagree about (a lone carriage return, U+0085, U+2028, U+2029, or text "
    "right behind ---), so it cannot be held against what the key that asks may reach; nothing was changed. Take them out";

placed_object place(const helm::object& object, object_scope scope) {
  return {object.kind, object.name, kube::text_at(object.value, "/metadata/namespace"), scope};
}

// Every text of which helm makes objects.
void add_texts(std::vector<std::string>& texts, helm::release from) {
  texts.push_back(std::move(from.manifest));
  for (helm::hook& h : from.hooks) texts.push_back(std::move(h.manifest));
}

std::vector<int> revisions_of(const plan::rolling_plan& plan) {
  std::vector<int> revisions{plan.base_revision, plan.deployed_revision.value_or(0), plan.way_back ? plan.way_back->revision : 0};
  std::ranges::sort(revisions);
  revisions.erase(std::ranges::unique(revisions).begin(), revisions.end());
  std::erase(revisions, 0);
  return revisions;
}

// helm creates whatever stands in these folders, custom resource definition or not, and tells it in no manifest.
task<result<std::string>> read_crds(rollout& r) {
  auto showing = r.shared.helm.show_crds(r.chart_folder.string());
  LEADSMAN_CO_TRY(auto shown, co_await std::move(showing));
  if (shown.failed) co_return fail(errc::invalid_input, shown.failed->message, "chart");
  co_return std::move(shown.output);
}

task<result<std::vector<std::string>>> read_texts(rollout& r, plan::rolling_plan plan, std::optional<helm::release> rendered) {
  std::vector<std::string> texts;
  for (const int revision : revisions_of(plan)) {
    LEADSMAN_CO_TRY(auto release, co_await read_revision(*r.target.api, r.release(), revision));
    if (release) add_texts(texts, std::move(*release));
  }
  if (!rendered) co_return texts;
  add_texts(texts, std::move(*rendered));
  if (!r.reach().cluster_scoped) co_return texts;
  LEADSMAN_CO_TRY(std::string crds, co_await read_crds(r));
  texts.push_back(std::move(crds));
  co_return texts;
}

}  // namespace

task<result<object_scope>> scope_of(rollout& r, std::string api_version, std::string kind) {
  const auto known = co_await r.target.api->mapping(api_version, kind);
  if (!known && known.error().code == errc::not_found) co_return object_scope::unknown;
  if (!known) co_return fail(known.error());
  co_return known->namespaced ? object_scope::of_a_namespace : object_scope::of_the_cluster;
}

task<result<reach_finding>> check_reach(rollout& r, plan::rolling_plan plan, std::optional<helm::release> rendered) {
  reach_finding found;
  found.limits.allowed = r.reach();
  found.limits.own_namespace = r.release().name_space;
  if (model::is_unlimited(r.reach())) co_return found;
  std::vector<placed_object> placed;
  LEADSMAN_CO_TRY(const auto texts, co_await read_texts(r, std::move(plan), std::move(rendered)));
  for (const std::string& text : texts) {
    if (has_odd_line_ends(text)) {
      found.why_not = k_unclear;
      co_return found;
    }
    LEADSMAN_CO_TRY(const auto objects, helm::split_created(text, found.limits.own_namespace));
    for (const helm::object& o : objects) {
      LEADSMAN_CO_TRY(const object_scope scope, co_await scope_of(r, o.api_version, o.kind));
      found.limits.scopes[scope_key(o.api_version, o.kind)] = scope;
      placed.push_back(place(o, scope));
    }
  }
  found.why_not = why_out_of_reach(placed, found.limits.allowed, found.limits.own_namespace);
  co_return found;
}

std::string limits_of_upgrade(const rollout& r) {
  if (model::is_unlimited(r.reach())) return "";
  return detail_of_last(r, model::step_kind::preflight).value("limits", dump_limits({r.reach(), r.release().name_space, {}}));
}

std::optional<std::string> note_on_skipped_crds(const rollout& r, const plan::rolling_plan& plan) {
  if (r.reach().cluster_scoped || !plan.first_installation) return std::nullopt;
  std::error_code ignored;
  for (fs::recursive_directory_iterator at(r.chart_folder, ignored), end; at != end; at.increment(ignored)) {
    if (at->path().filename() == "crds" && at->is_directory(ignored)) {
      return "the chart's crds/ is left out: the key that asks may not change objects of the whole cluster. What it defines has to be there already";
    }
  }
  return std::nullopt;
}

}  // namespace leadsman::runner
