#include "runner/helm_call.hpp"

#include <spdlog/spdlog.h>

#include "async/task_group.hpp"
#include "process/identity.hpp"

namespace leadsman::runner {

using nlohmann::json;
using namespace std::chrono_literals;

namespace {

task<result<void>> journal_identity(rollout& r, process::process_identity identity) {
  json detail = intent_of(r);
  detail["helm"] = process::to_string(identity);
  co_return co_await intend(r, std::move(detail));
}

task<void> tell_queued(rollout& r, size_t ahead) {
  const auto told = co_await r.log.tell(model::event_kind::warning, "waiting for a helm slot, " + std::to_string(ahead) + " ahead");
  if (!told) spdlog::warn("deployment {}: {}", r.id(), told.error().message);
}

// So long helm has to end by itself when the lease is lost.
constexpr auto k_grace = 4s;

// Helm cannot be fenced: it is dead before the lease runs out, whatever it was doing.
class dead_line {
 public:
  void hold(const rollout& r) {
    if (!r.lease.lost()) return;
    if (!lost_at_) lost_at_ = std::chrono::steady_clock::now();
    if (std::chrono::steady_clock::now() - *lost_at_ < k_grace) return;
    if (const auto helm = process::parse_identity(intent_of(r).value("helm", ""))) process::kill(*helm);
  }

 private:
  std::optional<std::chrono::steady_clock::time_point> lost_at_;
};

// What happened to the connection while helm ran.
class disturbance {
 public:
  explicit disturbance(const rollout& r) : r_(r), silences_(r.reach.silences()), tokens_(r.target.api->tokens_replaced()) {}

  // Time that ran out while the cluster was silent says nothing about the release. Nor does it when the token was replaced
  // and helm saw nothing any more: it goes on asking with the old one, is refused, and calls that "Unknown".
  bool explains(const helm::failure& failed) const {
    const auto says = [&](const char* words) { return failed.message.find(words) != std::string::npos; };
    if (failed.kind != helm::failure_class::timeout && !says("context deadline exceeded")) return false;
    return r_.reach.silences() > silences_ || (r_.target.api->tokens_replaced() > tokens_ && says("status: Unknown"));
  }

 private:
  const rollout& r_;
  int silences_;
  int tokens_;
};

struct pending_call {
  std::optional<result<helm::outcome>> came;
};

task<void> perform(std::function<task<result<helm::outcome>>()> call, notifier& changed, pending_call& pending) {
  auto running = call();
  pending.came = co_await std::move(running);
  changed.notify();
}

}  // namespace

helm::observer journaling_observer(rollout& r) {
  helm::observer heard;
  heard.on_queued = [&r](size_t ahead) { spawn(r.shared.executor, "helm queue", [&r, ahead] { return tell_queued(r, ahead); }); };
  heard.on_start = [&r](process::process_identity identity) { return journal_identity(r, std::move(identity)); };
  return heard;
}

task<void> wait_until_dead(const json& intent) {
  const std::string text = intent.value("helm", "");
  if (text.empty()) co_return;
  const auto identity = process::parse_identity(text);
  while (identity && process::is_alive(*identity)) co_await sleep_for(50ms);
}

task<result<helm::outcome>> run_stoppable(rollout& r, std::function<task<result<helm::outcome>>()> call, std::function<bool()> stop) {
  pending_call pending;
  task_group helm(r.shared.executor);
  helm.spawn("helm", [&] { return perform(call, r.changed, pending); });
  const disturbance seen_meanwhile(r);
  bool stopping = false;
  dead_line limit;
  while (!pending.came) {
    const uint64_t seen = r.changed.version();
    limit.hold(r);
    if (!stopping && stop()) {
      stopping = true;
      helm.cancel();
    }
    if (pending.came || (stopping && helm.size() == 0)) break;
    co_await r.changed.wait_change(seen, 1s);
  }
  co_await helm.join();
  if (!pending.came) co_return fail(errc::canceled, "helm was not started: the deployment was asked to stop");
  result<helm::outcome>& came = *pending.came;
  if (came && came->failed && seen_meanwhile.explains(*came->failed)) {
    came->failed->kind = helm::failure_class::cluster_unreachable;
    came->failed->may_retry = true;
  }
  co_return std::move(came);
}

}  // namespace leadsman::runner
