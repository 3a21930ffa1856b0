#include "runner/closing.hpp"

#include "runner/advice.hpp"
#include "runner/journal.hpp"
#include "wire/events.hpp"

namespace leadsman::runner {

store::change make_closing(const model::deployment& now, const flow::end& e) {
  store::change what;
  what.state = now.state;
  what.state->phase = e.phase;
  what.state->reason = e.reason;
  what.state->message = e.message;
  what.state->rollback = e.rollback;
  what.finished_at = leadsman::now();
  wire::finished done;
  done.phase = e.phase;
  done.reason = e.reason;
  done.rollback = e.rollback;
  done.revision = what.state->revision;
  done.previous_revision = what.state->previous_revision;
  done.duration_ms = (*what.finished_at - now.created_at).count();
  done.next = advise(e, now.release, now.id);
  what.events.push_back(make_event(model::event_kind::finished, e.message, nlohmann::json(done)));
  return what;
}

}  // namespace leadsman::runner
