#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "kube/object_ref.hpp"

namespace leadsman::kube {

// When something was seen, by a clock that nobody sets.
using seen_time = std::chrono::steady_clock::time_point;

// A coordination.k8s.io/v1 Lease as we use it.
struct lease {
  std::string name_space;
  std::string name;
  std::string holder{};                      // holderIdentity; empty: released
  std::chrono::seconds duration{0};
  std::optional<wall_time> acquired{};
  std::optional<wall_time> renewed{};        // by the holder's clock: compared for change only, see lease_observer
  int64_t transitions = 0;                   // grows with every change of hands: the fencing token
  std::map<std::string, std::string> annotations{};
  std::string resource_version{};

  friend bool operator==(const lease&, const lease&) = default;
};

// Errors: invalid_input.
result<lease> parse_lease(const json& object);

// The whole object, to create it.
json to_json(const lease& l);

// What changes `before` into `after`, with before's resourceVersion as the precondition: leaves labels, owners and
// annotations of others alone.
json lease_patch(const lease& before, const lease& after);

enum class lease_standing { free,
                            mine,
                            held,
                            expired };

std::string_view to_string(lease_standing standing);

struct lease_verdict {
  lease_standing standing = lease_standing::free;
  std::string holder{};                              // mine, held, expired
  std::optional<wall_time> since{};                  // when the holder took it, by the holder's clock
  std::optional<seen_time> expires{};                // if it is not renewed
  std::map<std::string, std::string> annotations{};  // "leadsman/holder", "leadsman/superseded-by"
};

// How `seen` stands for `my_identity` at `at`, when the record was last seen to change at `changed_at`; the holder's clock
// is never compared with ours.
lease_verdict assess_lease(const lease& seen, std::string_view my_identity, seen_time changed_at, seen_time at);

// Remembers since when a record is unchanged, as client-go does. A lease that is seen for the first time is therefore
// given its whole duration. Annotations are not the holder's sign of life and do not count as a change.
class lease_observer {
 public:
  void observe(std::optional<lease> seen, seen_time at);  // nullopt: there is no such lease
  lease_verdict assess(std::string_view my_identity, seen_time at) const;

 private:
  std::optional<lease> seen_;
  seen_time changed_at_{};
};

// Who wants it.
struct lease_claim {
  std::string identity;
  std::chrono::seconds duration{30};
  std::map<std::string, std::string> annotations{};  // who holds it, for people: "leadsman/holder"; removed on release
  std::vector<std::string> requests{};               // annotations addressed to a holder; removed when hands change
};

// What to write to take, keep and give up a lease; annotations of others are kept.
lease claimed(std::optional<lease> before, const std::string& name_space, const std::string& name, const lease_claim& claim,
              wall_time at);
lease renewed(lease before, const lease_claim& claim, wall_time at);
lease released(lease before, const lease_claim& claim, wall_time at);

}  // namespace leadsman::kube
