#include "action/command/hand_over.hpp"
#include "action/command/watch.hpp"

namespace leadsman::action {

// The agent has kept what was asked for, chart and values: nothing is read or packed here.
task<exit_code> run_retry(context& c) {
  const auto address = find_agent_of_deployment(c);
  if (!address) co_return refuse(c, address.error());
  if (const auto wrong = check_until(c, *address); !wrong) co_return refuse(c, wrong.error());
  auto opening = open_session(c, *address, k_retry_change);
  const auto s = co_await std::move(opening);
  if (!s) co_return refuse(c, s.error());
  auto asking = (*s)->agent->retry(c.given.id);
  auto taken = co_await std::move(asking);
  if (!taken) co_return refuse(c, taken.error());
  if (taken->attached) c.out->notice("deployment " + c.given.id + " was tried again already, as " + taken->deployment.id);
  auto watching = watch(c, **s, std::move(taken->deployment), watching::for_the_job);
  co_return co_await std::move(watching);
}

}  // namespace leadsman::action
