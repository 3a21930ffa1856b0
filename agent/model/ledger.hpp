#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "model/canary.hpp"
#include "model/words.hpp"

namespace leadsman::model {

enum class standing {
  verified,  // upgraded by us, ready, tests green (or waived by the user: `tests_run` is 0)
  adopted,   // found deployed and healthy; never tested by us
};
inline constexpr word<standing> k_standing[]{{"verified", standing::verified}, {"adopted", standing::adopted}};

// One revision that is good to go back to.
struct ledger_entry {
  int revision = 0;
  model::standing standing = standing::verified;
  std::string deployment;  // our id; empty for adopted
  std::string chart;       // "shop-1.2.3"
  std::string chart_digest;
  std::string values_digest;
  std::string helm_version;  // for people
  std::string helm_build;    // which helm exactly
  int tests_run = 0;
  wall_time at{};

  bool operator==(const ledger_entry&) const = default;
};

// The canary that stands beside the release: entered before it is made, kept up to date before each change of its weight, and
// struck out when it has been removed. With this any agent can take it away and give the route back.
struct canary_entry {
  std::string deployment;  // whose it is
  int weight = 0;          // percent, the last one that was set or adopted
  std::string chart;       // "shop-1.2.3"
  std::string chart_digest;
  std::string values_digest;
  router_use router;       // with the canary's Service named
  std::string route;       // JSON text, the routes before the first change and what was created; empty while they are as before
  wall_time since{};

  bool operator==(const canary_entry&) const = default;
};

// What Leadsman knows of a release, kept beside it in the cluster (a ConfigMap), newest last.
struct ledger {
  std::vector<ledger_entry> entries;
  std::optional<canary_entry> canary{};

  bool operator==(const ledger&) const = default;
};

inline const ledger_entry* find_entry(const ledger& known, int revision) {
  const auto at = std::ranges::find(known.entries, revision, &ledger_entry::revision);
  return at == known.entries.end() ? nullptr : &*at;
}

// The newest entry whose revision still exists in helm's history; that is where a rollback goes.
inline std::optional<ledger_entry> way_back(const ledger& known, const std::vector<int>& existing_revisions) {
  for (auto entry = known.entries.rbegin(); entry != known.entries.rend(); ++entry) {
    if (std::ranges::find(existing_revisions, entry->revision) != existing_revisions.end()) return *entry;
  }
  return std::nullopt;
}

}  // namespace leadsman::model
