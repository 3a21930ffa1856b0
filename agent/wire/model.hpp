#pragma once

#include "model/deployment.hpp"
#include "model/event.hpp"
#include "model/ledger.hpp"
#include "wire/json.hpp"
#include "wire/policy.hpp"

// The model's types in JSON: events, deployments, ledgers.
namespace leadsman::model {

LEADSMAN_JSON_WORDS(phase, k_phase)
LEADSMAN_JSON_WORDS(rollback_outcome, k_rollback_outcome)
LEADSMAN_JSON_WORDS(step_kind, k_step_kind)
LEADSMAN_JSON_WORDS(step_status, k_step_status)
LEADSMAN_JSON_WORDS(event_kind, k_event_kind)
LEADSMAN_JSON_WORDS(request_kind, k_request_kind)
LEADSMAN_JSON_WORDS(standing, k_standing)
LEADSMAN_JSON_WORDS(on_cancel, k_on_cancel)
LEADSMAN_JSON_WORDS(promotion_target, k_promotion_target)

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(chart_ref, digest, name, version, source)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(origin, repository, workflow, run_id, run_attempt, job, action, matrix,
                                                actor, url)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(step_record, kind, attempt, weight, status, outcome, reason, message,
                                                argument_digest, detail, started_at, ended_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(cancel_request, mode, by, reason)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(promotion, to, weight, by)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(state, phase, reason, message, rollback, revision, previous_revision)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ledger_entry, revision, standing, deployment, chart, chart_digest,
                                                values_digest, helm_version, helm_build, tests_run, at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(router_use, plugin, config, service, canary_service)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(canary_entry, deployment, weight, chart, chart_digest, values_digest, router, route,
                                                since)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ledger, entries, canary)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(reach, namespaces, cluster_scoped)

// {"cluster", "namespace", "name"}
void to_json(nlohmann::json& out, const release_id& id);
void from_json(const nlohmann::json& in, release_id& id);

// The keys of leadsman.yaml ("on-failure" ...).
void to_json(nlohmann::json& out, const policy& p);
void from_json(const nlohmann::json& in, policy& p);

// GET /v1/deployments/{id}: everything but the values. `plan` stands as JSON, not as text.
void to_json(nlohmann::json& out, const deployment& d);
void from_json(const nlohmann::json& in, deployment& d);

// An event as it stands in the stream's `data:` line and in lists. `data` stands as JSON, not as text.
void to_json(nlohmann::json& out, const event& e);
// The same as text, for streams with many readers: `data` is copied, and not parsed to be written again.
std::string to_json_text(const event& e);
void from_json(const nlohmann::json& in, event& e);

}  // namespace leadsman::model
