#pragma once

#include <memory>
#include <optional>
#include <string>

#include "async/notifier.hpp"
#include "async/task_group.hpp"
#include "kube/lease_lock.hpp"
#include "model/release_id.hpp"
#include "runner/contact.hpp"
#include "wire/events.hpp"

namespace leadsman::runner {

inline constexpr std::chrono::seconds k_lease_duration{30};
// So long before the lease runs out without a renewal helm is ended: it cannot be fenced, so it must be dead by then.
inline constexpr std::chrono::seconds k_lease_margin{8};

struct lease_pace {
  std::chrono::milliseconds renewal = std::chrono::seconds(8);
  std::chrono::milliseconds retry = std::chrono::seconds(1);              // after a renewal that failed
  std::chrono::milliseconds patience = k_lease_duration - k_lease_margin;  // without a renewal; then it counts as lost
  std::chrono::milliseconds answer_is_due = std::chrono::seconds(4);       // after a renewal's turn; then its silence is told
};

// The lease of one release, held by one deployment: taken, renewed in the background, given back. Its identity is the
// deployment's, so that an agent that comes back finds the lease its own.
class lease_keeper {
 public:
  // `changed` is notified when the lease is lost or somebody asks us to make way; `line` hears how renewals go.
  lease_keeper(kube::client& api, model::release_id release, wire::holder self, notifier& changed, contact& line, lease_pace pace = {});

  // Tries once, also when it was lost. Absent: it is ours, and renewal has begun. Otherwise who holds it.
  task<result<std::optional<wire::holder>>> try_acquire();

  // Asks whoever holds it to make way for us.
  task<result<void>> ask_to_supersede();

  task<void> stop_renewing();  // it stays ours until it runs out
  // Stops renewing and gives the lease back. Safe to call when it was never taken.
  task<void> give_back();

  bool held() const { return held_; }
  bool lost() const { return lost_; }
  // It went through other hands while it was lost.
  bool changed_hands() const { return changed_hands_; }
  const std::string& superseded_by() const { return superseded_by_; }  // a deployment's id

 private:
  task<void> keep_renewing();
  task<void> keep_watch();
  void begin_renewing();
  void hear(const kube::lease& seen);
  void lose(const std::string& why);

  model::release_id release_;
  wire::holder self_;
  notifier& changed_;
  contact& line_;
  lease_pace pace_;
  kube::lease_lock lock_;
  task_group renewal_;
  std::chrono::steady_clock::time_point renewed_at_{};  // before the renewal was sent
  error trouble_{errc::timed_out, "a renewal of the lease is not answered"};
  std::optional<int64_t> token_;  // of the lease that was lost
  bool held_ = false;
  bool lost_ = false;
  bool changed_hands_ = false;
  std::string superseded_by_;
};

std::string lease_name(const model::release_id& release);

// Who holds a lease, from its annotation or, when that is missing, from its holder identity.
wire::holder holder_of(const kube::lease& seen);
// "acme/shop, run 4711, since 2026-11-21T12:00:00.000Z (deployment 0198…)", as far as it is known.
std::string describe(const wire::holder& h);

}  // namespace leadsman::runner
