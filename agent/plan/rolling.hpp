#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/deployment.hpp"
#include "model/ledger.hpp"

namespace leadsman::plan {

// One revision in Helm's history, as far as a plan depends on it.
struct observed_revision {
  int revision = 0;
  std::string status;      // Helm's words: deployed, failed, superseded, pending-upgrade ...
  std::string deployment;  // the id in the label that we set; empty when somebody else made it
  std::string chart;       // "shop-1.2.3"
};

// What was seen before the first step that changes something.
struct observed {
  std::vector<observed_revision> history;  // oldest first; empty: no such release
  bool healthy = false;                    // every workload of the newest deployed revision is ready
  std::string unhealthy_because;
  model::ledger ledger;
  bool pending_is_dead = false;  // a pending-* revision is ours, and its helm process is known to have ended
  std::string drift{};           // with the same chart, values and helm: which object is not as the manifest says
  bool unchanged = false;        // same chart, values and helm as the newest revision, and no object has drifted
  std::optional<model::canary_entry> canary{};  // that an earlier deployment has left; of `promote` and `abort`: the one asked for
};

struct planned_step {
  model::step_kind kind;
  std::string title;
  std::optional<int> weight{};  // of the steps of a canary, in percent
};

// What will be done; stored once and never changed, so that another version of the agent finishes what this one began.
struct rolling_plan {
  static constexpr int k_schema = 1;
  bool canary = false;  // it goes through weights first
  bool first_installation = false;
  int base_revision = 0;                         // the newest before we start
  std::optional<int> deployed_revision;          // the one that serves now
  std::optional<model::ledger_entry> way_back;   // where a failure leads
  std::optional<model::ledger_entry> adopt;      // to be entered before we start
  std::optional<int> unlock;                     // a pending revision of a dead process, to be marked failed
  std::optional<model::canary_entry> left;       // the canary that an earlier deployment has left
  bool clears_last = false;                      // it serves until stable is proved good again
  std::vector<planned_step> steps;
  std::string on_failure;                        // where a failure leads, as a sentence
  std::vector<std::string> warnings;
};

// Why there is no plan.
struct refusal {
  enum class kind { no_change, no_way_back, stuck, missing } why;  // missing: of what was asked for by name
  std::string reason;  // CamelCase
  std::string message;
};

struct planned {
  rolling_plan plan;
  std::optional<refusal> refused;  // the plan then tells what was seen, and nothing is to be done
};

// Pure. `gates` are those after the upgrade of a rolling release.
planned make_plan(model::request_kind kind, const model::policy& policy, const std::optional<model::canary>& canary,
                  std::optional<int> asked_revision, const observed& seen, wall_time now, const std::vector<model::gate>& gates = {});

}  // namespace leadsman::plan
