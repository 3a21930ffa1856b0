#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "model/words.hpp"

namespace leadsman::model {

// What a rollout consists of, in the order of the way forward, then of the way back. Those of a canary come once a weight.
enum class step_kind {
  acquire,        // take the release's lease
  look,           // ledger, release secret, live workloads → plan
  preflight,      // lint, render, dry-run per object
  clear_canary,   // of an earlier deployment: its traffic to stable, the route as it was, helm uninstall
  start_canary,   // helm upgrade --install of the twin, without traffic
  shift,          // enough pods for a weight, then the weight
  test_canary,    // helm test of the twin
  analyze,        // metrics of the canary; without a weight, of the release after its upgrade
  hold,           // the pause before the next weight
  upgrade,        // helm upgrade --install, watched until ready
  test,           // helm test
  home,           // all traffic to stable, the route as it was
  remove_canary,  // helm uninstall of the twin
  record,         // enter the revision in the ledger as verified
  evidence,       // why it failed, before anything is cleaned up
  rollback,       // helm rollback to an explicit revision
  prove,          // images, replicas, endpoints, tests: as in that revision?
  uninstall,      // a first installation that failed
};

inline constexpr word<step_kind> k_step_kind[]{
    {"acquire", step_kind::acquire},
    {"look", step_kind::look},
    {"preflight", step_kind::preflight},
    {"clear_canary", step_kind::clear_canary},
    {"start_canary", step_kind::start_canary},
    {"shift", step_kind::shift},
    {"test_canary", step_kind::test_canary},
    {"analyze", step_kind::analyze},
    {"hold", step_kind::hold},
    {"upgrade", step_kind::upgrade},
    {"test", step_kind::test},
    {"home", step_kind::home},
    {"remove_canary", step_kind::remove_canary},
    {"record", step_kind::record},
    {"evidence", step_kind::evidence},
    {"rollback", step_kind::rollback},
    {"prove", step_kind::prove},
    {"uninstall", step_kind::uninstall}};

// A step is first intended (saved), then performed, then its outcome is saved.
enum class step_status { intended, done, failed };
inline constexpr word<step_status> k_step_status[]{
    {"intended", step_status::intended}, {"done", step_status::done}, {"failed", step_status::failed}};

struct step_record {
  step_kind kind = step_kind::acquire;
  int attempt = 1;
  std::optional<int> weight;  // percent that a step of the canary is about; of one that ended promoted or adopted: that one
  step_status status = step_status::intended;
  std::string outcome;  // the word flow decides on; empty while intended
  std::string reason;   // CamelCase, for a failed one
  std::string message;
  std::string argument_digest;  // SHA-256 of what the step was asked to do
  std::string detail;           // JSON text that only the step itself reads: base revision, helm's process identity
  wall_time started_at{};
  std::optional<wall_time> ended_at;

  bool operator==(const step_record&) const = default;
};

}  // namespace leadsman::model
