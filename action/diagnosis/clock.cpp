#include "action/diagnosis/clock.hpp"

#include <fmt/format.h>

#include "sign/http_signature.hpp"

namespace leadsman::action {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds k_most_apart = sign::k_default_skew;
constexpr milliseconds k_noticed = k_most_apart / 4;

milliseconds distance(milliseconds offset) { return offset < milliseconds(0) ? -offset : offset; }

}  // namespace

bool is_clock_apart(const clock_sight& seen) { return seen.said && distance(clock_offset(*seen.said, seen.asked, seen.answered)) >= k_most_apart; }

std::optional<wire::check> judge_clock(const clock_sight& seen) {
  constexpr const char* k_clock = "clock";
  if (!seen.said) return std::nullopt;
  const milliseconds ahead = clock_offset(*seen.said, seen.asked, seen.answered);
  if (distance(ahead) < k_noticed) return wire::well(k_clock, "as the agent's");
  const std::string found = fmt::format("this machine's is {} {} the agent's; at most {} is allowed", format_duration(distance(ahead)),
                                        ahead > milliseconds(0) ? "behind" : "ahead of", format_duration(k_most_apart));
  constexpr const char* k_mend = "set the one that is wrong by NTP (timedatectl set-ntp true); `date -u` on both says which";
  return is_clock_apart(seen) ? wire::wrong(k_clock, found, k_mend) : wire::doubtful(k_clock, found, k_mend);
}

}  // namespace leadsman::action
