#include "runner/contact.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace leadsman::runner {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

namespace {

// So long after an API server's start its permissions may not be loaded yet.
constexpr auto k_start_of_a_server = 20s;

}  // namespace

bool is_silence(const error& why) { return why.code == errc::unavailable || why.code == errc::timed_out; }

task<result<void>> contact::lost(std::string doing, error why) {
  if (lost_) co_return result<void>{};
  lost_ = true;
  ++silences_;
  lost_at_ = steady::now();
  std::string message = "waiting for the API server (" + doing + "): " + why.message;
  co_return co_await log_.tell(model::event_kind::warning, std::move(message));
}

task<result<void>> contact::found() {
  if (!lost_) co_return result<void>{};
  lost_ = false;
  found_at_ = steady::now();
  const auto silent = std::chrono::duration_cast<std::chrono::milliseconds>(found_at_ - lost_at_);
  std::string message = "the API server answers again, after " + format_duration(silent);
  co_return co_await log_.tell(model::event_kind::warning, std::move(message));
}

kube::watch_options contact::watch_options(task_group& group) {
  kube::watch_options options;
  options.on_trouble = [this, &group](const error& why, std::chrono::milliseconds) {
    if (lost_ || !is_silence(why)) return;
    group.spawn("silence", [this, why] { return tell_lost("watch", why); });
  };
  options.on_expired = [this] { spdlog::info("deployment {}: a watch had expired at the API server; all is listed anew", log_.now().id); };
  return options;
}

task<void> contact::tell_lost(std::string doing, error why) {
  const auto told = co_await lost(std::move(doing), std::move(why));
  if (!told) spdlog::warn("the silence of the API server is not told: {}", told.error().message);
}

bool contact::is_shaky() const {
  return lost_ || (found_at_ != steady::time_point{} && steady::now() - found_at_ < k_start_of_a_server);
}

std::chrono::milliseconds contact::until_settled() const {
  if (lost_) return longest_pause_;
  if (silences_ == 0) return 0ms;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(found_at_ + longest_pause_ - steady::now());
  return std::max(0ms, left);
}

}  // namespace leadsman::runner
