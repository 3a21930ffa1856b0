#include "action/exit_code.hpp"

#include <gtest/gtest.h>

namespace leadsman::action {
namespace {

using model::phase;
using model::rollback_outcome;

struct end_case {
  const char* name;
  phase at;
  rollback_outcome rollback;
  int code;
};

// The numbers are part of the product: scripts depend on them.
TEST(ExitCode, SaysHowADeploymentEnded) {
  const end_case cases[]{
      {"succeeded", phase::succeeded, rollback_outcome::none, 0},
      {"a rollback by hand that succeeded", phase::succeeded, rollback_outcome::succeeded, 0},
      {"rolled back", phase::rolled_back, rollback_outcome::succeeded, 1},
      {"failed but brought back", phase::failed, rollback_outcome::succeeded, 1},
      {"failed, nothing to bring back", phase::failed, rollback_outcome::none, 3},
      {"declined", phase::declined, rollback_outcome::none, 4},
      {"canceled", phase::canceled, rollback_outcome::none, 6},
      {"canceled and rolled back", phase::canceled, rollback_outcome::succeeded, 6},
      {"superseded", phase::superseded, rollback_outcome::none, 6},
      {"kept", phase::kept, rollback_outcome::none, 7},
      {"failed twice", phase::failed, rollback_outcome::failed, 8},
      {"canceled, and the way back failed", phase::canceled, rollback_outcome::failed, 8},
      {"not ended", phase::deploying, rollback_outcome::none, 130},
      {"paused", phase::paused, rollback_outcome::none, 130},
  };
  for (const end_case& c : cases) EXPECT_EQ(static_cast<int>(exit_code_of(c.at, c.rollback)), c.code) << c.name;
}

TEST(ExitCode, AFailedRollbackIsTheLoudestInEveryFinalPhase) {
  for (const auto& [text, at] : model::k_phase) {
    if (!model::is_final(at)) continue;
    EXPECT_EQ(exit_code_of(at, rollback_outcome::failed), exit_code::rollback_failed) << text;
  }
}

TEST(ExitCode, SaysWhatKindOfErrorItWas) {
  const std::pair<errc, int> cases[]{
      {errc::invalid_input, 2}, {errc::not_found, 2},   {errc::gone, 2},        {errc::too_large, 2},
      {errc::unauthenticated, 4}, {errc::forbidden, 4}, {errc::conflict, 4},    {errc::refused, 4},
      {errc::unavailable, 5},   {errc::timed_out, 5},   {errc::canceled, 130},  {errc::internal, 70},
  };
  for (const auto& [code, number] : cases) EXPECT_EQ(static_cast<int>(exit_code_of(code)), number) << to_string(code);
}

}  // namespace
}  // namespace leadsman::action
