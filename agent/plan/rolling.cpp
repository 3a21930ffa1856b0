#include "plan/rolling.hpp"

#include <algorithm>
#include <span>
#include <variant>

namespace leadsman::plan {

using model::request_kind;
using model::step_kind;
namespace reason = model::reason;

namespace {

const observed_revision* newest_deployed(const observed& seen) {
  const auto at = std::ranges::find(seen.history.rbegin(), seen.history.rend(), "deployed", &observed_revision::status);
  return at == seen.history.rend() ? nullptr : &*at;
}

bool is_pending(const observed_revision& r) { return r.status.starts_with("pending-"); }

std::vector<int> numbers_of(std::span<const observed_revision> history) {
  std::vector<int> numbers;
  for (const observed_revision& r : history) numbers.push_back(r.revision);
  return numbers;
}

// A release that was uninstalled is one that does not exist, even if its history was kept: a failure must not bring back
// what somebody removed.
std::span<const observed_revision> since_uninstalled(std::span<const observed_revision> history) {
  const auto gone = std::ranges::find(history.rbegin(), history.rend(), "uninstalled", &observed_revision::status);
  return history.subspan(static_cast<size_t>(history.rend() - gone));
}

std::string name_of(const model::ledger_entry& entry) {
  return "revision " + std::to_string(entry.revision) +
         (entry.standing == model::standing::adopted ? " (adopted, never tested by Leadsman)" : " (verified)");
}

// A release that we meet for the first time, deployed and healthy, becomes something to go back to.
std::optional<model::ledger_entry> adoption(const observed& seen, wall_time now) {
  const observed_revision* deployed = newest_deployed(seen);
  if (!deployed || !seen.healthy || !seen.ledger.entries.empty()) return std::nullopt;
  model::ledger_entry entry;
  entry.revision = deployed->revision;
  entry.standing = model::standing::adopted;
  entry.chart = deployed->chart;
  entry.at = now;
  return entry;
}

refusal stuck(const observed_revision& newest) {
  return {refusal::kind::stuck, std::string(reason::k_release_stuck),
          "revision " + std::to_string(newest.revision) + " is " + newest.status +
              ": another helm is at work on this release, or died. When you know that it is dead, deploy with "
              "stuck-release: recover"};
}

std::string describe(const model::canary_step& step) {
  std::string text;
  for (const model::gate& gate : step.gates) text += (text.empty() ? ", then " : ", ") + model::name_of(gate);
  if (step.after) return text;
  if (!step.pause) return text + ", then until it is promoted";
  return step.pause->count() > 0 ? text + ", then a pause of " + format_duration(*step.pause) : text;
}

// When it comes, of steps by time.
std::string time_of(const model::canary& canary, const model::canary_step& step) {
  if (step.after.value_or(std::chrono::milliseconds(0)).count() > 0) return " " + format_duration(*step.after) + " after the first weight";
  return model::goes_by_time(canary) && step.weight > 0 ? " at once" : "";
}

void add_canary(std::vector<planned_step>& steps, const model::canary& canary) {
  steps.push_back({step_kind::start_canary, "helm upgrade --install of the canary, without traffic"});
  for (const model::canary_step& step : canary.steps) {
    const std::string matches = step.matches.empty() ? "" : " and " + std::to_string(step.matches.size()) + " match(es)";
    const std::string what = std::to_string(step.weight) + " %" + matches + " to the canary" + time_of(canary, step) + describe(step);
    steps.push_back({step_kind::shift, what, step.weight});
  }
}

std::string measure_of(const std::vector<model::gate>& gates) {
  std::string text;
  for (const model::gate& gate : gates) text += (text.empty() ? "measure " : ", ") + model::name_of(gate);
  return text;
}

std::string name_of(const model::canary_entry& left) {
  return "the canary " + left.chart + " that deployment " + left.deployment + " left";
}

std::string share_of(const model::canary_entry& left) {
  return left.weight == 0 ? "has no traffic" : "has " + std::to_string(left.weight) + " % of the traffic";
}

std::string end_with_both_sentence(const model::canary& canary) {
  return "at the end both are kept at " + std::to_string(canary.steps.back().weight) +
         " %, until somebody promotes or removes the canary; on failure: all traffic to stable, then the canary goes";
}

planned_step clear(const model::canary_entry& left, const std::string& when = "") {
  return {step_kind::clear_canary, name_of(left) + ", which " + share_of(left) + ", goes" + when + ": all traffic to stable, then helm uninstall"};
}

planned_step clear_first(const model::canary_entry& left) { return clear(left, " first"); }

planned_step preflight() { return {step_kind::preflight, "lint, render, and try every object against the API server"}; }

// What follows the upgrade of stable.
void add_ending(std::vector<planned_step>& steps, const model::policy& policy, const std::vector<model::gate>& gates, bool canary_goes) {
  if (policy.tests != model::tests::skip) steps.push_back({step_kind::test, "helm test"});
  if (!gates.empty()) steps.push_back({step_kind::analyze, measure_of(gates)});
  if (canary_goes) {
    steps.push_back({step_kind::home, "all traffic to stable"});
    steps.push_back({step_kind::remove_canary, "helm uninstall of the canary"});
  }
  steps.push_back({step_kind::record, "enter the revision in the ledger as verified"});
}

std::string promotion_of(const model::canary& canary) {
  const std::string what = "helm upgrade --install of stable, while the canary serves";
  return canary.done_after ? what + ", " + format_duration(*canary.done_after) + " after the first weight" : what;
}

std::vector<planned_step> steps_forward(const model::policy& policy, const std::optional<model::canary>& canary, const std::vector<model::gate>& gates, const rolling_plan& plan) {
  std::vector<planned_step> steps{preflight()};
  if (plan.left) steps.push_back(clear_first(*plan.left));
  if (plan.canary) add_canary(steps, *canary);
  if (plan.canary && canary->at_end == model::canary_end::keep) return steps;
  steps.push_back({step_kind::upgrade, plan.first_installation ? "helm upgrade --install (first installation)"
                                       : plan.canary           ? promotion_of(*canary)
                                                               : "helm upgrade --install"});
  add_ending(steps, policy, gates, plan.canary);
  return steps;
}

std::vector<planned_step> steps_of_promotion(const model::policy& policy, const model::canary_entry& left) {
  std::vector<planned_step> steps{preflight(), {step_kind::upgrade, "helm upgrade --install of stable with what " + name_of(left) + " was made of; that " + share_of(left)}};
  add_ending(steps, policy, {}, true);
  return steps;
}

std::string way_back_sentence(const model::policy& policy, const rolling_plan& plan) {
  if (plan.first_installation) {
    return policy.on_first_failure == model::on_first_failure::uninstall ? "a failed first installation is removed"
                                                                         : "a failed first installation is kept";
  }
  const bool keeps = policy.on_failure == model::on_failure::keep || !plan.way_back;
  if (plan.canary) {
    return "on failure: all traffic to stable, then the canary goes" +
           (keeps ? std::string("; once stable was upgraded everything is kept as it is") : "; once stable was upgraded: first back to " + name_of(*plan.way_back));
  }
  if (keeps) return "on failure everything is kept as it is";
  return "on failure: back to " + name_of(*plan.way_back);
}

// A stable that is not well must not get traffic that a canary serves: that goes home once stable is back and proved.
bool is_well(const observed& seen) { return seen.healthy && !seen.history.empty() && seen.history.back().status == "deployed"; }

planned plan_rollback(std::optional<int> asked, const observed& seen, rolling_plan plan) {
  if (asked) {
    const auto known = std::ranges::find(seen.ledger.entries, *asked, &model::ledger_entry::revision);
    if (known != seen.ledger.entries.end()) plan.way_back = *known;
    else plan.way_back = model::ledger_entry{.revision = *asked, .standing = model::standing::adopted};
    if (known == seen.ledger.entries.end()) {
      plan.warnings.push_back("revision " + std::to_string(*asked) + " was never verified by Leadsman");
    }
    if (std::ranges::find(seen.history, *asked, &observed_revision::revision) == seen.history.end()) {
      return {plan, refusal{refusal::kind::missing, std::string(reason::k_no_way_back),
                            "revision " + std::to_string(*asked) + " is not in Helm's history"}};
    }
  } else {
    // "Back" means before what serves now: the deployed revision itself is no way back.
    std::vector<int> earlier = numbers_of(seen.history);
    std::erase_if(earlier, [&](int r) { return plan.deployed_revision && r >= *plan.deployed_revision; });
    plan.way_back = model::way_back(seen.ledger, earlier);
  }
  if (!plan.way_back) {
    return {plan, refusal{refusal::kind::missing, std::string(reason::k_no_way_back),
                          "there is no earlier verified revision; say which revision to return to"}};
  }
  const std::string target = name_of(*plan.way_back);
  plan.clears_last = plan.left && !is_well(seen);
  if (plan.left && !plan.clears_last) plan.steps.push_back(clear_first(*plan.left));
  plan.steps.push_back({step_kind::rollback, "helm rollback to " + target});
  plan.steps.push_back({step_kind::prove, "prove images, replicas, rollouts, endpoints and tests"});
  if (plan.clears_last) plan.steps.push_back(clear(*plan.left));
  plan.steps.push_back({step_kind::record, "enter the revision in the ledger"});
  return {plan, std::nullopt};
}

// Refused when all that is well is the canary.
planned plan_removal(const observed& seen, rolling_plan plan) {
  if (!is_well(seen)) {
    return {plan, refusal{refusal::kind::missing, std::string(reason::k_not_ready),
                          "stable is not well" + (seen.unhealthy_because.empty() ? std::string() : " (" + seen.unhealthy_because + ")") +
                              ", and the canary " + share_of(*plan.left) + "; leadsman rollback brings stable back and then takes the canary away"}};
  }
  plan.steps = {clear_first(*plan.left), {step_kind::prove, "prove that stable serves: images, replicas, rollouts, endpoints and tests"}};
  return {plan, std::nullopt};
}

refusal no_canary() {
  return {refusal::kind::missing, std::string(reason::k_no_canary), "the canary is not there any more: it was promoted or removed since"};
}

}  // namespace

planned make_plan(request_kind kind, const model::policy& policy, const std::optional<model::canary>& canary,
                  std::optional<int> asked_revision, const observed& seen, wall_time now, const std::vector<model::gate>& gates) {
  rolling_plan plan;
  const auto history = since_uninstalled(seen.history);
  plan.first_installation = std::ranges::none_of(history, [](const observed_revision& r) {
    return r.status == "deployed" || r.status == "superseded" || r.status == "pending-upgrade" ||
           r.status == "pending-rollback";
  });
  if (!seen.history.empty()) plan.base_revision = seen.history.back().revision;
  if (const observed_revision* deployed = newest_deployed(seen)) plan.deployed_revision = deployed->revision;
  plan.left = seen.canary;
  const bool about_canary = kind == request_kind::promote || kind == request_kind::abort;
  if (about_canary && !plan.left) return {plan, no_canary()};

  if (!seen.history.empty() && is_pending(seen.history.back())) {
    const observed_revision& newest = seen.history.back();
    if (!seen.pending_is_dead && policy.stuck_release == model::stuck_release::refuse) return {plan, stuck(newest)};
    plan.unlock = newest.revision;
    plan.warnings.push_back("revision " + std::to_string(newest.revision) + " was left " + newest.status +
                            (seen.pending_is_dead ? " by a helm that has died" : " and you asked to recover it") +
                            "; it is marked failed before anything else");
  }
  if (kind == request_kind::rollback) {
    if (seen.history.empty()) {
      return {plan, refusal{refusal::kind::missing, std::string(reason::k_no_way_back), "there is no such release"}};
    }
    return plan_rollback(asked_revision, seen, std::move(plan));
  }
  if (kind == request_kind::abort) return plan_removal(seen, std::move(plan));
  if (seen.unchanged) {
    return {plan, refusal{refusal::kind::no_change, std::string(reason::k_no_change),
                          "revision " + std::to_string(plan.base_revision) +
                              " has the same chart and values, is verified, and no object has drifted"}};
  }

  if (!seen.drift.empty()) plan.warnings.push_back("chart and values are unchanged, but " + seen.drift);
  plan.adopt = adoption(seen, now);
  model::ledger known = seen.ledger;
  if (plan.adopt) known.entries.push_back(*plan.adopt);
  plan.way_back = model::way_back(known, numbers_of(history));
  if (!plan.first_installation && !plan.way_back) {
    const std::string why = "there is nothing to go back to: no revision was verified by Leadsman" +
                            (seen.unhealthy_because.empty() ? std::string()
                                                            : ", and the release is not healthy now (" + seen.unhealthy_because + ")");
    if (policy.without_way_back == model::without_way_back::refuse) {
      return {plan, refusal{refusal::kind::no_way_back, std::string(reason::k_no_way_back), why}};
    }
    plan.warnings.push_back(why);
  }
  if (kind == request_kind::promote) {
    plan.on_failure = way_back_sentence(policy, plan) + "; the canary stays as it is";
    plan.steps = steps_of_promotion(policy, *plan.left);
    return {plan, std::nullopt};
  }
  plan.canary = canary && !plan.first_installation;
  if (plan.left) plan.warnings.push_back(name_of(*plan.left) + " " + share_of(*plan.left) + ": it is taken away first");
  if (canary && plan.first_installation) plan.warnings.push_back("a first installation has nobody to take traffic from: it is rolling, without a canary");
  model::gates_alone measured{gates, {}};
  if (plan.first_installation) measured = model::without_before(gates);
  for (const std::string& gate : measured.left_out) plan.warnings.push_back("a first installation has no before: the gate " + gate + ", which only compares, is left out");
  const bool keeps_both = plan.canary && canary->at_end == model::canary_end::keep;
  plan.on_failure = keeps_both ? end_with_both_sentence(*canary) : way_back_sentence(policy, plan);
  plan.steps = steps_forward(policy, canary, measured.gates, plan);
  return {plan, std::nullopt};
}

}  // namespace leadsman::plan
