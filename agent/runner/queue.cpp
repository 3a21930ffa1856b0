#include "runner/queue.hpp"

namespace leadsman::runner {

queue::place::place(queue& in, const model::release_id& release, std::string id, notifier& changed)
    : queue_(in), release_(model::to_string(release)), id_(std::move(id)), changed_(changed) {
  line()[id_] = this;
}

queue::place::~place() {
  line().erase(id_);
  for (const auto& [id, other] : line()) other->changed_.notify();
  if (line().empty()) queue_.lines_.erase(release_);
}

std::optional<std::string> queue::place::first() const {
  const auto& [id, who] = *line().begin();
  return who == this ? std::nullopt : std::optional(id);
}

void queue::place::supersede_earlier() {
  for (auto& [id, other] : line()) {
    if (other == this) return;
    other->superseded_by_ = id_;
    other->changed_.notify();
  }
}

}  // namespace leadsman::runner
