#include "runner/canary/pause_watch.hpp"

#include <utility>

#include "analysis/health.hpp"

namespace leadsman::runner {

using model::event_kind;
using nlohmann::json;

pause_watch::pause_watch(rollout& r) : r_(r), looks_(r.changed.executor()), group_(r.changed.executor()) {}

void pause_watch::begin() {
  if (analysis::metrics_of(measuring_of(r_).gates).empty()) return;
  group_.spawn("metrics of the pause", [this] { return measure_on(); });
}

task<void> pause_watch::end() {
  over_ = true;
  looks_.notify();
  co_await group_.join();
}

task<void> pause_watch::measure_on() {
  measuring_task about = measuring_of(r_);
  about.keeps_on = true;
  about.stop = [this] { return over_; };
  about.tell = [this](wire::measurement seen) { return hear(std::move(seen)); };
  auto measuring = measure(looks_, std::move(about));
  const auto came = co_await std::move(measuring);
  if (over_) co_return;
  if (came) {
    const auto told = co_await r_.log.tell(event_kind::verdict, came->message, json(*came));
    outcome_ = told ? result<step_result>(judged(*came)) : result<step_result>(fail(told.error()));
  } else {
    outcome_ = result<step_result>(fail(came.error()));
  }
  r_.changed.notify();
}

// A pause may last for days: of looks that find the same, only the first of each round is told.
task<result<void>> pause_watch::hear(wire::measurement seen) {
  const bool news = std::exchange(told_[seen.gate], seen.finding) != seen.finding;
  if (news || seen.look == 1) {
    std::string message = seen.message;
    LEADSMAN_CO_CHECK(co_await r_.log.tell(event_kind::measurement, std::move(message), json(seen)));
  }
  if (seen.advisory) co_return result<void>{};
  if (seen.verdict == model::verdict::passed) without_numbers_ = false;
  const bool unknown = seen.verdict == model::verdict::inconclusive || seen.verdict == model::verdict::error;
  if (!unknown || std::exchange(without_numbers_, true)) co_return result<void>{};
  std::string message = seen.message + "; the pause goes on: the gates of this weight had passed, and nothing speaks against them";
  co_return co_await r_.log.tell(event_kind::warning, std::move(message));
}

}  // namespace leadsman::runner
