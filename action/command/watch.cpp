#include "action/command/watch.hpp"

#include <fmt/format.h>

#include "action/client/follow.hpp"
#include "action/client/leaving.hpp"

namespace leadsman::action {

using namespace std::chrono_literals;

std::string describe_cancel(const model::deployment& answer, bool embedded) {
  const model::on_cancel mode = answer.cancel ? answer.cancel->mode : answer.policy.on_cancel;
  if (model::is_final(answer.state.phase)) {
    return fmt::format("the deployment has ended already: {}", model::word_of(model::k_phase, answer.state.phase));
  }
  const std::string later = embedded ? "; waiting for it (once more to leave at once)"
                                     : "; it goes on without this job; follow with: leadsman follow " + answer.id;
  switch (mode) {
    case model::on_cancel::rollback: return "asked the agent to roll back" + later;
    case model::on_cancel::pause: return "asked the agent to stop at the next step and leave things as they are" + later;
    case model::on_cancel::leave: return "asked the agent to end at the next step and leave things as they are" + later;
    case model::on_cancel::proceed: return "the deployment goes on as on-cancel says (continue)" + later;
  }
  return "asked the agent to stop" + later;
}

namespace {

using clock = std::chrono::steady_clock;

std::chrono::milliseconds since(clock::time_point then) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - then);
}

class watcher {
 public:
  watcher(context& c, session& s, model::deployment deployment, watching how, asio::any_io_executor executor)
      : c_(c), s_(s), deployment_(std::move(deployment)), how_(how), group_(executor) {}

  task<exit_code> run();

 private:
  void take(const model::event& event);
  task<void> follow_to_end();
  task<void> keep_ticking();
  task<void> ask_to_cancel();
  leaving_facts facts() const;
  exit_code conclude();
  // Somebody has to say how it goes on, and this command was not to wait for that.
  bool has_paused() const { return paused_ && c_.given.until_paused && !c_.stop->asked(); }

  context& c_;
  session& s_;
  model::deployment deployment_;
  watching how_;
  task_group group_;
  std::optional<result<ended>> outcome_;
  bool paused_ = false;
  leaving_facts::cancel_request cancel_ = leaving_facts::cancel_request::none;
};

void watcher::take(const model::event& event) {
  if (event.kind != model::event_kind::phase) return;
  const auto change = data_of<wire::phase_change>(event);
  paused_ = change && change->phase == model::phase::paused;
  c_.stop->changed().notify();
}

task<void> watcher::follow_to_end() {
  follow_settings settings;
  settings.patience = c_.given.patience;
  settings.on_event = [this](const model::event& event) { take(event); };
  if (s_.is_embedded()) settings.check_agent = [this] { return s_.embedded->check(); };
  auto following = follow(*s_.agent, deployment_.id, *c_.out, std::move(settings));
  outcome_ = co_await std::move(following);
  c_.stop->changed().notify();
}

task<void> watcher::keep_ticking() {
  // GCC 12 compiles `while (co_await ...)` to a trap.
  for (;;) {
    const bool slept = co_await sleep_for(100ms);
    if (!slept) co_return;
    c_.out->tick();
  }
}

// Again and again while there is time: the agent may just be restarting.
task<void> watcher::ask_to_cancel() {
  cancel_ = leaving_facts::cancel_request::on_its_way;
  const std::string reason = c_.is_action ? "the job was canceled" : "interrupted by the user";
  for (;;) {
    auto asking = s_.agent->cancel(deployment_.id, std::nullopt, reason, 2s);
    const auto answer = co_await std::move(asking);
    if (answer) {
      c_.out->notice(describe_cancel(*answer, s_.is_embedded()));
      break;
    }
    const errc code = answer.error().code;
    if (code != errc::unavailable && code != errc::timed_out) {
      c_.out->notice("the agent does not stop the deployment: " + answer.error().message);
      break;
    }
    if (since(c_.stop->first_at()) > 5s) {
      c_.out->notice("the agent could not be asked to stop (" + answer.error().message + "); the deployment goes on");
      break;
    }
    co_await sleep_for(200ms);
  }
  cancel_ = leaving_facts::cancel_request::answered;
  c_.stop->changed().notify();
}

leaving_facts watcher::facts() const {
  leaving_facts f;
  f.ended = outcome_.has_value();
  f.asked = c_.stop->asked();
  f.must_go = c_.stop->must_go();
  f.cancels = how_ == watching::for_the_job;
  f.embedded = s_.is_embedded();
  f.paused = paused_;
  f.cancel = cancel_;
  f.since_first = since(c_.stop->first_at());
  f.since_last = since(c_.stop->last_at());
  return f;
}

exit_code watcher::conclude() {
  if (!outcome_ && has_paused()) {
    c_.out->notice("it is paused, and goes on without this command: leadsman promote " + deployment_.id + ", or leadsman abort " + deployment_.id + " --reason TEXT");
    c_.out->leave();
    return exit_code::succeeded;
  }
  if (!outcome_) {
    if (s_.is_embedded()) c_.out->notice("leaving; waiting until the embedded agent has brought helm to a safe end");
    else c_.out->notice("left before the end; the deployment goes on. Follow it with: leadsman follow " + deployment_.id);
    c_.out->leave();
    return exit_code::interrupted;
  }
  if (!*outcome_) return refuse(c_, outcome_->error());
  c_.out->end();
  return exit_code_of((*outcome_)->phase, (*outcome_)->rollback);
}

task<exit_code> watcher::run() {
  c_.out->begin(subject_of(deployment_, s_.address));
  group_.spawn("follow", [this] { return follow_to_end(); });
  group_.spawn("ticks", [this] { return keep_ticking(); });
  for (;;) {
    const uint64_t seen = c_.stop->changed().version();
    if (!outcome_ && has_paused()) break;
    const leaving_decision next = decide_leaving(facts());
    if (next.move == leaving_move::finish || next.move == leaving_move::leave) break;
    if (next.move == leaving_move::send_cancel) {
      group_.spawn("cancel", [this] { return ask_to_cancel(); });
      cancel_ = leaving_facts::cancel_request::on_its_way;
      continue;
    }
    auto waiting = c_.stop->changed().wait_change(seen, next.again_in);
    co_await std::move(waiting);
  }
  const std::optional<result<ended>> known = outcome_;  // what canceling the follower gives is not its outcome
  group_.cancel();
  co_await group_.join();
  outcome_ = known;
  co_return conclude();
}

}  // namespace

task<exit_code> watch(context& c, session& s, model::deployment deployment, watching how) {
  watcher w(c, s, std::move(deployment), how, co_await asio::this_coro::executor);
  auto running = w.run();
  co_return co_await std::move(running);
}

}  // namespace leadsman::action
