#include "action/client/follow.hpp"

#include "action/command/watch.hpp"

namespace leadsman::action {

task<exit_code> run_follow(context& c) {
  const auto address = find_agent_of_deployment(c);
  if (!address) co_return refuse(c, address.error());
  auto opening = open_session(c, *address, k_retry_question);
  const auto s = co_await std::move(opening);
  if (!s) co_return refuse(c, s.error());
  auto asking = (*s)->agent->find(c.given.id);
  auto found = co_await std::move(asking);
  if (!found) co_return refuse(c, found.error());
  auto watching = watch(c, **s, std::move(*found), watching::only);
  co_return co_await std::move(watching);
}

}  // namespace leadsman::action
