#include "runner/followers.hpp"

namespace leadsman::runner {

namespace {

constexpr std::chrono::milliseconds k_to_leave{5};

}  // namespace

events_page page_of(std::vector<model::event> events) {
  const bool ended = !events.empty() && events.back().kind == model::event_kind::finished;
  return {std::move(events), ended};
}

std::shared_ptr<followers::topic> followers::open(const std::string& id) {
  std::shared_ptr<topic>& known = topics_[id];
  if (!known) known = std::make_shared<topic>(executor_);
  return known;
}

void followers::publish(const std::string& id, const std::vector<model::event>& events) {
  if (events.empty()) return;
  const std::shared_ptr<topic> at = open(id);
  for (const model::event& e : events) at->recent.push_back(e);
  while (at->recent.size() > k_recent) at->recent.pop_front();
  at->page.reset();
  at->changed.notify();
}

uint64_t followers::version(const std::string& id) { return open(id)->changed.version(); }

task<bool> followers::wait(std::string id, uint64_t seen, std::chrono::milliseconds limit, std::function<bool()> take) {
  const std::shared_ptr<topic> at = open(id);
  co_return co_await at->changed.wait_change(seen, limit, std::move(take));
}

bool followers::keeps_all(const std::string& id, uint64_t after) const {
  const auto at = topics_.find(id);
  return at != topics_.end() && !at->second->recent.empty() && at->second->recent.front().seq - 1 <= after;
}

std::shared_ptr<const events_page> followers::recent(const std::string& id, uint64_t after) const {
  if (!keeps_all(id, after)) return std::make_shared<const events_page>();
  topic& at = *topics_.at(id);
  if (at.page && at.page_after == after) return at.page;
  std::vector<model::event> newer;
  for (const model::event& e : at.recent) {
    if (e.seq > after) newer.push_back(e);
  }
  at.page_after = after;
  at.page = std::make_shared<const events_page>(page_of(std::move(newer)));
  return at.page;
}

task<void> followers::tell_the_end(std::string id) {
  const auto found = topics_.find(id);
  if (found == topics_.end()) co_return;
  const std::shared_ptr<topic> at = found->second;
  // Who takes the end itself at this word goes on waiting, as whoever takes anything: until the next one.
  while (at->changed.is_awaited()) {
    at->changed.notify();
    const bool waited = co_await sleep_for(k_to_leave);
    if (!waited) co_return;
  }
}

void followers::forget(const std::string& id) { topics_.erase(id); }

}  // namespace leadsman::runner
