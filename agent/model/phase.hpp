#pragma once

#include "model/words.hpp"

namespace leadsman::model {

// Coarse state of a deployment. Running phases end in -ing (pending and paused aside); final ones are past participles.
enum class phase {
  pending,       // accepted, not yet taken up
  waiting,       // another deployment holds the release
  deploying,
  analyzing,     // tests and other gates are running
  paused,        // stopped at a step boundary, by request
  promoting,
  rolling_back,  // includes proving that the way back was made
  succeeded,
  kept,          // failed, and left as it is because the user chose so
  failed,        // failed, and not brought back (nothing was changed, or the way back failed too)
  rolled_back,
  declined,      // never started: the lease is held, there is no way back and the user wants one, or a key may not do it
  canceled,
  superseded,
};

inline constexpr word<phase> k_phase[]{
    {"pending", phase::pending},       {"waiting", phase::waiting},     {"deploying", phase::deploying},
    {"analyzing", phase::analyzing},   {"paused", phase::paused},       {"promoting", phase::promoting},
    {"rolling_back", phase::rolling_back}, {"succeeded", phase::succeeded}, {"kept", phase::kept},
    {"failed", phase::failed},         {"rolled_back", phase::rolled_back}, {"declined", phase::declined},
    {"canceled", phase::canceled},     {"superseded", phase::superseded},
};

constexpr bool is_final(phase p) { return p >= phase::succeeded; }

// How a rollback went, beside the phase.
enum class rollback_outcome { none, succeeded, failed };
inline constexpr word<rollback_outcome> k_rollback_outcome[]{
    {"none", rollback_outcome::none}, {"succeeded", rollback_outcome::succeeded}, {"failed", rollback_outcome::failed}};

// Reasons: the CamelCase word beside the phase. Written here once, so that a reader finds what can be said.
namespace reason {
inline constexpr std::string_view k_deployed = "Deployed";
inline constexpr std::string_view k_no_change = "NoChange";
inline constexpr std::string_view k_kept_both = "KeptBoth";              // stable and canary, at the last weight
inline constexpr std::string_view k_canary_removed = "CanaryRemoved";    // by hand, one that an earlier deployment had left
inline constexpr std::string_view k_no_canary = "NoCanary";              // there is none to promote or to remove
inline constexpr std::string_view k_rolled_back_by_hand = "RolledBackByHand";
inline constexpr std::string_view k_lease_held = "LeaseHeld";
inline constexpr std::string_view k_lease_lost = "LeaseLost";
inline constexpr std::string_view k_no_way_back = "NoWayBack";
inline constexpr std::string_view k_chart_invalid = "ChartInvalid";
inline constexpr std::string_view k_dry_run_failed = "DryRunFailed";
inline constexpr std::string_view k_release_stuck = "ReleaseStuck";
inline constexpr std::string_view k_upgrade_failed = "UpgradeFailed";
inline constexpr std::string_view k_not_ready = "NotReady";
inline constexpr std::string_view k_tests_failed = "TestsFailed";
inline constexpr std::string_view k_tests_missing = "TestsMissing";
inline constexpr std::string_view k_metrics_failed = "MetricsFailed";
inline constexpr std::string_view k_metrics_inconclusive = "MetricsInconclusive";  // too often there was no number to judge
inline constexpr std::string_view k_metrics_unavailable = "MetricsUnavailable";    // whoever counts does not answer
inline constexpr std::string_view k_gates_refused = "GatesRefused";      // what they ask for cannot be measured here
inline constexpr std::string_view k_canary_refused = "CanaryRefused";    // the chart, or the route, allows none
inline constexpr std::string_view k_canary_failed = "CanaryFailed";      // it could not be started, or lost its pods
inline constexpr std::string_view k_router_failed = "RouterFailed";      // the weight could not be set, or was not accepted
inline constexpr std::string_view k_foreign_edit = "ForeignEdit";        // somebody else changed route or replicas
inline constexpr std::string_view k_rollback_failed = "RollbackFailed";
inline constexpr std::string_view k_proof_failed = "ProofFailed";
inline constexpr std::string_view k_uninstall_failed = "UninstallFailed";
inline constexpr std::string_view k_canceled_by_user = "CanceledByUser";
inline constexpr std::string_view k_superseded = "Superseded";
inline constexpr std::string_view k_cluster_unreachable = "ClusterUnreachable";
inline constexpr std::string_view k_forbidden = "Forbidden";
inline constexpr std::string_view k_out_of_reach = "OutOfReach";  // objects where the caller's key may not work
inline constexpr std::string_view k_abandoned = "Abandoned";        // no agent could take it up again
inline constexpr std::string_view k_internal = "InternalError";
}  // namespace reason

}  // namespace leadsman::model
