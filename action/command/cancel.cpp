#include "action/command/watch.hpp"

namespace leadsman::action {

using namespace std::chrono_literals;

namespace {

// pause, resume and abort are words for what cancel can be told.
std::optional<model::on_cancel> mode_of(verb what) {
  switch (what) {
    case verb::pause: return model::on_cancel::pause;
    case verb::resume: return model::on_cancel::proceed;
    case verb::abort: return model::on_cancel::rollback;
    default: return std::nullopt;
  }
}

task<result<model::deployment>> ask_to_stop(context& c, api& agent) {
  std::optional<model::on_cancel> mode = mode_of(c.given.verb);
  if (!c.given.mode.empty()) {
    mode = model::value_of(model::k_on_cancel, c.given.mode);
    if (!mode) co_return fail(errc::invalid_input, "'" + c.given.mode + "' is not known; allowed is rollback, pause, continue or leave", "mode");
  }
  const std::string reason = c.given.reason.empty() ? "asked for by hand" : c.given.reason;
  auto asking = agent.cancel(c.given.id, mode, reason, 10s);
  co_return co_await std::move(asking);
}

}  // namespace

// One that has ended and left a canary is aborted by another one, which is followed to its end.
task<exit_code> run_cancel(context& c) {
  const auto address = find_agent_of_deployment(c);
  if (!address) co_return refuse(c, address.error());
  auto opening = open_session(c, *address, k_retry_question);
  const auto s = co_await std::move(opening);
  if (!s) co_return refuse(c, s.error());
  auto asking = ask_to_stop(c, *(*s)->agent);
  const auto answer = co_await std::move(asking);
  if (!answer) co_return refuse(c, answer.error());
  if (answer->id != c.given.id) {
    auto removing = watch(c, **s, *answer, watching::for_the_job);
    co_return co_await std::move(removing);
  }
  c.out->notice(describe_cancel(*answer, false));
  co_return exit_code::succeeded;
}

// The same, then follows to the end. One that has ended already is settled.
task<exit_code> run_settle(context& c) {
  const auto address = find_agent_of_deployment(c);
  if (!address) co_return refuse(c, address.error());
  auto opening = open_session(c, *address, k_retry_change);
  const auto s = co_await std::move(opening);
  if (!s) co_return refuse(c, s.error());
  auto finding = (*s)->agent->find(c.given.id);
  auto found = co_await std::move(finding);
  if (!found) co_return refuse(c, found.error());
  if (!model::is_final(found->state.phase)) {
    auto asking = ask_to_stop(c, *(*s)->agent);
    const auto answer = co_await std::move(asking);
    if (!answer && answer.error().code != errc::conflict) co_return refuse(c, answer.error());
    if (answer) c.out->notice(describe_cancel(*answer, (*s)->is_embedded()));
  }
  auto watching = watch(c, **s, std::move(*found), watching::only);
  co_return co_await std::move(watching);
}

}  // namespace leadsman::action
