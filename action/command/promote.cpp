#include <fmt/format.h>

#include "action/command/watch.hpp"

namespace leadsman::action {

using namespace std::chrono_literals;

namespace {

model::promotion asked_for(const arguments& given) {
  if (given.full) return {model::promotion_target::full, 0, ""};
  if (given.weight) return {model::promotion_target::weight, *given.weight, ""};
  return {};
}

std::string describe(const model::promotion& asked) {
  switch (asked.to) {
    case model::promotion_target::full: return "the canary goes all the way";
    case model::promotion_target::weight: return fmt::format("the canary goes to {} %", asked.weight);
    case model::promotion_target::next: break;
  }
  return "the canary goes to its next weight";
}

}  // namespace

// Takes effect when the gates of the weight that the canary has have passed. A canary that a deployment has left is promoted by
// another one, which is followed to its end.
task<exit_code> run_promote(context& c) {
  const auto address = find_agent_of_deployment(c);
  if (!address) co_return refuse(c, address.error());
  auto opening = open_session(c, *address, k_retry_question);
  const auto s = co_await std::move(opening);
  if (!s) co_return refuse(c, s.error());
  const model::promotion asked = asked_for(c.given);
  auto asking = (*s)->agent->promote(c.given.id, asked, 10s);
  const auto answer = co_await std::move(asking);
  if (!answer) co_return refuse(c, answer.error());
  if (answer->id != c.given.id) {
    auto promoting = watch(c, **s, *answer, watching::for_the_job);
    co_return co_await std::move(promoting);
  }
  c.out->notice(describe(asked) + ", once the gates of the weight that it has have passed");
  co_return exit_code::succeeded;
}

}  // namespace leadsman::action
