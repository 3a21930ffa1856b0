#include "runner/canary/in_effect.hpp"

#include "runner/canary/counters.hpp"
#include "runner/canary/entry.hpp"
#include "runner/canary/probe.hpp"

namespace leadsman::runner {

task<result<sighting>> look_at_traffic(rollout& r, expected_traffic wanted, std::function<bool()> stop) {
  sighting seen;
  // What an earlier deployment has left was not examined by this one.
  if (is_about_left(r)) co_return seen;
  const auto& check = r.request.canary->in_effect;
  if (check && check->probe) seen = co_await probe_traffic(r, std::move(wanted), std::move(stop));
  if (check && check->counters) seen = co_await read_counters(r, std::move(wanted), std::move(stop));
  if (r.interrupted()) co_return fail(errc::canceled, "interrupted while traffic was looked at");
  co_return seen;
}

}  // namespace leadsman::runner
