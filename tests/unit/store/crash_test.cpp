#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>

#include "store/sqlite/open.hpp"
#include "unit/store/contract.hpp"

namespace leadsman::store {
namespace {

// Saves for ever: now and then a chart, then state and two events that all say the same number. Tells every number once
// it is saved. Runs in a child process.
[[noreturn]] void write_until_killed(const fs::path& folder, durability saves, int first, int tell) {
  auto opened = open_sqlite(folder, saves);
  if (!opened) ::_exit(1);
  for (int number = first;; ++number) {
    if (number % 8 == 0 && !await((*opened)->put_chart(digest_of(number), std::string(20'000, 'x')))) ::_exit(3);
    change what = events_of({std::to_string(number), std::to_string(number)});
    what.state = model::state{.phase = model::phase::deploying, .message = std::to_string(number)};
    if (!await((*opened)->save(id_of(1), what))) ::_exit(2);
    if (::write(tell, &number, sizeof number) != sizeof number) ::_exit(4);
  }
}

// The last number that the child told before it was killed, somewhere in the middle of the next ones.
int kill_while_writing(const fs::path& folder, durability saves, int first, int how_many, std::chrono::microseconds later) {
  int told[2];
  if (::pipe(told) != 0) throw std::runtime_error("pipe");
  const pid_t writer = ::fork();
  if (writer == 0) write_until_killed(folder, saves, first, told[1]);
  ::close(told[1]);
  int last = 0;
  for (int i = 0; i < how_many && ::read(told[0], &last, sizeof last) == sizeof last; ++i) {
  }
  ::usleep(static_cast<useconds_t>(later.count()));
  ::kill(writer, SIGKILL);
  int status = 0;
  ::waitpid(writer, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself: " << WEXITSTATUS(status);
  while (::read(told[0], &last, sizeof last) == sizeof last) {
  }
  ::close(told[0]);
  return last;
}

class SqliteStoreCrash : public testing::TestWithParam<durability> {};

INSTANTIATE_TEST_SUITE_P(By, SqliteStoreCrash, testing::Values(durability::machine, durability::process),
                         [](const auto& each) { return each.param == durability::machine ? "Machine" : "Process"; });

TEST_P(SqliteStoreCrash, KeepsEverySaveThatReturnedWhenTheProcessIsKilled) {
  const temporary_folder folder;
  ASSERT_TRUE(await(open_sqlite(folder.path()).value()->admit(request_of(1), always_create)));
  std::mt19937 random(20261121);
  int next = 1;
  for (int round = 0; round < 25; ++round) {
    const int how_many = static_cast<int>(1 + random() % 6);
    const std::chrono::microseconds later(random() % 4000);
    const int told = kill_while_writing(folder.path(), GetParam(), next, how_many, later);
    ASSERT_GE(told, next);

    const auto reopened = open_sqlite(folder.path());
    ASSERT_TRUE(reopened) << reopened.error().message;
    const model::deployment d = await((*reopened)->find(id_of(1))).value().value();
    const int saved = std::stoi(d.state.message);
    ASSERT_TRUE(saved == told || saved == told + 1) << saved << " saved, " << told << " told";  // one may be on its way
    const auto events = await((*reopened)->events(id_of(1), 0, 1'000'000)).value();
    ASSERT_EQ(events.size(), static_cast<size_t>(1 + 2 * saved)) << "state and events were not saved together";
    ASSERT_EQ(d.last_seq, events.size());
    for (size_t i = 0; i < events.size(); ++i) ASSERT_EQ(events[i].seq, i + 1);
    for (int number = 8; number <= saved; number += 8) {
      ASSERT_EQ(await((*reopened)->chart(digest_of(number))).value().size(), 20'000u) << number;
    }
    next = saved + 1;
  }
}

}  // namespace
}  // namespace leadsman::store
