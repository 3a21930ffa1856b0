#pragma once

#include "async/task.hpp"
#include "kube/client.hpp"
#include "model/ledger.hpp"
#include "model/release_id.hpp"

namespace leadsman::runner {

// The ledger of a release: the ConfigMap "leadsman-<release>" beside it, written with resourceVersion. It survives the
// agent, its store and its replacement by another.
inline constexpr size_t k_ledger_entries = 100;

// Absent ConfigMap: an empty ledger. Errors: of kube::client; internal when somebody wrote nonsense into it.
task<result<model::ledger>> read_ledger(kube::client& api, model::release_id release);

// Enters the canary, or strikes it out when absent, in what stands there now; a lost race is tried again. Nothing is written
// when it is so already.
task<result<void>> enter_canary(kube::client& api, model::release_id release, std::optional<model::canary_entry> canary);

// Adds the entry (or replaces the one of the same revision) in what stands there now; a lost race is tried again.
task<result<void>> enter(kube::client& api, model::release_id release, model::ledger_entry entry);

}  // namespace leadsman::runner
