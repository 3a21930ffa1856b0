#pragma once

#include <string_view>

#include "base/error.hpp"
#include "model/phase.hpp"

namespace leadsman::action {

// The exit codes of `leadsman`; what they mean is said below, and in docs/cli.md. Their numbers never change.
enum class exit_code {
  succeeded = 0,
  rolled_back = 1,
  invalid_input = 2,
  not_rolled_back = 3,
  refused = 4,
  unreachable = 5,
  canceled = 6,
  kept = 7,
  rollback_failed = 8,
  defect = 70,
  interrupted = 130,
};

struct exit_meaning {
  exit_code code;
  std::string_view text;  // for people
};

inline constexpr exit_meaning k_exit_meanings[]{
    {exit_code::succeeded, "succeeded, or there was nothing to change"},
    {exit_code::rolled_back, "failed and rolled back: the release is as before, and that is proved"},
    {exit_code::invalid_input, "invalid input: a word is wrong, or something that was named does not exist; nothing was started"},
    {exit_code::not_rolled_back, "failed and not rolled back: nothing had been changed, or there was nothing to return to"},
    {exit_code::refused, "refused: the release is taken, there is no way back and one is wanted, not allowed, not authenticated, or a conflict"},
    {exit_code::unreachable, "the agent does not answer or cannot work; what was begun goes on without the client"},
    {exit_code::canceled, "canceled, or a newer deployment took its place"},
    {exit_code::kept, "failed and left as it is, because on-failure is keep"},
    {exit_code::rollback_failed, "failed, and the way back failed too: somebody has to look now"},
    {exit_code::defect, "a defect of Leadsman"},
    {exit_code::interrupted, "the client was told to go before the end"},
};


// The one place where an end becomes an exit code. A phase that is not final is `interrupted`.
exit_code exit_code_of(model::phase phase, model::rollback_outcome rollback);
exit_code exit_code_of(errc code);

}  // namespace leadsman::action
