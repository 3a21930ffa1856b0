#include "process/identity.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace leadsman::process {
namespace {

TEST(ProcessIdentity, TellsThisProcessFromAnEarlierOneWithTheSamePid) {
  auto self = identify(::getpid());
  ASSERT_TRUE(self);
  EXPECT_TRUE(is_alive(*self));

  process_identity earlier = *self;
  earlier.start_ticks -= 1;
  EXPECT_FALSE(is_alive(earlier));

  process_identity before_reboot = *self;
  before_reboot.boot_id = "00000000-0000-0000-0000-000000000000";
  EXPECT_FALSE(is_alive(before_reboot));
}

TEST(ProcessIdentity, AZombieIsDead) {
  const pid_t pid = ::fork();
  if (pid == 0) ::pause();
  const auto identity = identify(pid);
  ASSERT_TRUE(identity);
  EXPECT_TRUE(is_alive(*identity));
  ::kill(pid, SIGKILL);
  siginfo_t info;
  ::waitid(P_PID, pid, &info, WEXITED | WNOWAIT);  // ended, not reaped
  EXPECT_FALSE(is_alive(*identity));
  ::waitpid(pid, nullptr, 0);
  EXPECT_FALSE(is_alive(*identity));
  EXPECT_EQ(identify(pid).error().code, errc::not_found);
}

TEST(ProcessIdentity, IsKilledAndNobodyElse) {
  const pid_t pid = ::fork();
  if (pid == 0) ::pause();
  const auto identity = identify(pid);
  ASSERT_TRUE(identity);
  process_identity earlier = *identity;
  earlier.start_ticks -= 1;
  kill(earlier);
  EXPECT_TRUE(is_alive(*identity));
  kill(*identity);
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

TEST(ProcessIdentity, SurvivesTheJournal) {
  const process_identity identity{4711, 83920, "0f4c-x"};
  EXPECT_EQ(parse_identity(to_string(identity)).value(), identity);
  for (const char* bad : {"", "1", "1:2", "1:2:", "x:2:b", "1:x:b", "1:2:b:c"}) EXPECT_FALSE(parse_identity(bad)) << bad;
}

}  // namespace
}  // namespace leadsman::process
