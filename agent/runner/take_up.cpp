#include "runner/take_up.hpp"

#include <algorithm>
#include <utility>

namespace leadsman::runner {

using model::event_kind;
using nlohmann::json;
using namespace std::chrono_literals;
namespace reason = model::reason;

namespace {

// Helm that fails so often for the cluster's silence, while the cluster answers us, has another trouble.
constexpr int k_most_takes = 5;
// What the machine refuses for some minutes, it will go on refusing.
constexpr int k_most_passes = 60;

step_result as_step_result(const result<step_result>& came) {
  if (came) return *came;
  return {flow::outcome::failed, std::string(reason::k_cluster_unreachable), came.error().message};
}

task<result<void>> tell_again(rollout& r, const std::string& name, const std::string& why) {
  co_return co_await r.log.tell(event_kind::warning, name + " is taken up again: " + why);
}

task<result<void>> await_cluster(rollout& r) {
  const ask<std::string> asking = [&r] { return r.target.api->server_version(); };
  LEADSMAN_CO_CHECK(co_await persist(r, "version", asking, lease_matters::no));
  co_return result<void>{};
}

}  // namespace

bool is_cut_off(const step_result& came) {
  return came.outcome != flow::outcome::done && (came.reason == reason::k_cluster_unreachable || came.reason == reason::k_lease_lost);
}

std::optional<step_result> cut_off_of(const rollout& r, const result<helm::outcome>& ran) {
  if (!ran || ran->ok()) return std::nullopt;
  if (r.lease.lost()) return step_result{flow::outcome::failed, std::string(reason::k_lease_lost), "the release's lease was lost while helm ran; helm was ended"};
  const bool unheard = ran->failed->kind == helm::failure_class::cluster_unreachable || ran->failed->kind == helm::failure_class::denied;
  if (!unheard || !ran->failed->may_retry) return std::nullopt;
  return step_result{flow::outcome::failed, std::string(reason::k_cluster_unreachable), ran->failed->message};
}

task<result<bool>> retake_lease(rollout& r) {
  const ask<std::optional<wire::holder>> try_acquire = [&r] { return r.lease.try_acquire(); };
  std::string told;
  for (bool in_other_hands = false;;) {
    LEADSMAN_CO_TRY(const auto holder, co_await persist(r, "lease", try_acquire, lease_matters::no));
    if (!holder) co_return !in_other_hands && !r.lease.changed_hands();
    in_other_hands = true;
    const std::string message = "waiting for the release to be given back by " + describe(*holder);
    if (message != std::exchange(told, message)) LEADSMAN_CO_CHECK(co_await r.log.tell(event_kind::waiting, message, json(*holder)));
    const uint64_t seen = r.changed.version();
    co_await r.changed.wait_change(seen, 2s);
    if (r.stopping()) co_return r.stopped();
  }
}

task<result<step_result>> perform_until_judged(rollout& r, std::string name, bool resumed, std::function<task<result<step_result>>(bool)> take) {
  std::string told;
  auto pause = std::chrono::milliseconds(500);
  for (int takes = 1;; resumed = true) {
    auto performing = take(resumed);
    result<step_result> came = co_await std::move(performing);
    if (r.stopping()) co_return came;
    // Nothing that the step did: the agent's volume is full, no process can be started, a request went unanswered.
    const bool passing = !came && is_silence(came.error());
    if (!came && !passing && !r.lease.lost()) co_return came;
    const step_result seen = as_step_result(came);
    if (!is_cut_off(seen)) co_return seen;
    if (takes++ >= (passing ? k_most_passes : k_most_takes)) co_return came;
    if (seen.message != told) LEADSMAN_CO_CHECK(co_await tell_again(r, name, seen.message));
    told = seen.message;
    const uint64_t before = r.changed.version();
    co_await r.changed.wait_change(before, pause);
    pause = std::min<std::chrono::milliseconds>(pause * 2, 5s);
    if (r.lease.lost()) {
      LEADSMAN_CO_TRY(const bool still_ours, co_await retake_lease(r));
      if (!still_ours) co_return seen;
    }
    LEADSMAN_CO_CHECK(co_await await_cluster(r));
  }
}

}  // namespace leadsman::runner
