#include "process/child.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>

#include "async/task_group.hpp"
#include "process/descriptor_limit.hpp"

namespace leadsman::process {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

command shell(std::string script) {
  return {.program = "/bin/sh", .arguments = {"-c", std::move(script)}, .environment = {{"PATH", "/usr/bin:/bin"}}};
}

struct ran {
  result<exit_status> status = fail(errc::internal, "did not run");
  std::string out, err;
  std::vector<std::string> lines;
};

ran run(command what, capture_limits limits = {}) {
  asio::io_context io;
  ran seen;
  spawn(io.get_executor(), "test", [&]() -> task<void> {
    handlers on{.on_line = [&](stream which, std::string_view line) {
      seen.lines.push_back((which == stream::out ? "out " : "err ") + std::string(line));
    }};
    auto started = start(io.get_executor(), what, limits, on);
    if (!started) {
      seen.status = fail(started.error());
      co_return;
    }
    seen.status = co_await started->wait();
    seen.out = started->kept(stream::out);
    seen.err = started->kept(stream::err);
  });
  io.run();
  return seen;
}

TEST(Child, ReportsExitCodeAndBothStreams) {
  const ran seen = run(shell("echo one; echo two >&2; printf last; exit 3"));
  ASSERT_TRUE(seen.status);
  EXPECT_EQ(seen.status->code, 3);
  EXPECT_EQ(seen.status->describe(), "ended with exit code 3");
  EXPECT_EQ(seen.out, "one\nlast");
  EXPECT_EQ(seen.err, "two\n");
  EXPECT_THAT(seen.lines, testing::UnorderedElementsAre("out one", "err two", "out last"));
}

TEST(Child, ReportsTheSignalThatEndedIt) {
  const ran seen = run(shell("kill -KILL $$"));
  ASSERT_TRUE(seen.status);
  EXPECT_FALSE(seen.status->ok());
  EXPECT_EQ(seen.status->describe(), "was killed by SIGKILL");
}

TEST(Child, HasExactlyTheGivenEnvironment) {
  ::setenv("LEADSMAN_LEAK", "secret", 1);
  const ran seen = run({.program = "/usr/bin/env", .environment = {{"A", "1"}, {"B", "x=y"}}});
  EXPECT_EQ(seen.out, "A=1\nB=x=y\n");
}

TEST(Child, InheritsNoDescriptorNoMaskAndNoIgnoredSignal) {
  const int leaked = ::open("/dev/null", O_RDONLY);  // not close-on-exec
  sigset_t block;
  ::sigemptyset(&block);
  ::sigaddset(&block, SIGUSR1);
  ::sigprocmask(SIG_BLOCK, &block, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  const ran seen = run(shell("ls /proc/self/fd; grep -E '^Sig(Blk|Ign)' /proc/self/status"));
  ::signal(SIGPIPE, SIG_DFL);
  ::sigprocmask(SIG_UNBLOCK, &block, nullptr);
  ::close(leaked);
  // 3 is the directory that ls itself reads.
  EXPECT_EQ(seen.out, "0\n1\n2\n3\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

rlimit descriptor_limit() {
  rlimit found{};
  ::getrlimit(RLIMIT_NOFILE, &found);
  return found;
}

TEST(Child, GetsTheLimitOfDescriptorsThatTheAgentBeganWith) {
  const rlimit low{256, descriptor_limit().rlim_max};
  ASSERT_GT(low.rlim_max, low.rlim_cur);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(run(shell("ulimit -Sn")).out, "256\n");
  for (int i = 0; i < 2; ++i) {  // a second time changes nothing
    ASSERT_TRUE(raise_descriptor_limit());
    EXPECT_EQ(descriptor_limit().rlim_cur, low.rlim_max);
    EXPECT_EQ(run(shell("ulimit -Sn; ulimit -Hn")).out, "256\n" + (low.rlim_max == RLIM_INFINITY ? "unlimited" : std::to_string(low.rlim_max)) + "\n");
  }
}

TEST(Child, ReadsNothingUnlessGivenText) {
  EXPECT_EQ(run(shell("cat; echo end")).out, "end\n");
  command fed = shell("cat; echo end");
  fed.stdin_text = std::string(300'000, 'x');
  EXPECT_EQ(run(fed, {.kept_bytes = 1'000'000}).out.size(), 300'004U);
}

// Starts `script` with a stdin that stays open, and gives its lines to `hear`, which may answer.
ran talk(std::string script, std::function<void(child&, std::string_view)> hear) {
  asio::io_context io;
  ran seen;
  std::optional<child> process;
  command what = shell(std::move(script));
  what.keeps_stdin = true;
  handlers on{.on_line = [&](stream, std::string_view line) { hear(*process, line); },
              .on_end = [&](const result<exit_status>& status) { seen.status = status; }};
  process = start(io.get_executor(), what, {}, on).value();
  io.run();
  seen.out = process->kept(stream::out);
  return seen;
}

TEST(Child, AnswersWhatItIsSentUntilItsInputIsClosed) {
  int questions = 0;
  const ran seen = talk("echo ready; while read line; do echo \"$line!\"; done; echo end", [&](child& process, std::string_view) {
    if (questions == 2) process.close_stdin();
    else process.send(std::to_string(++questions) + "\n");
  });
  EXPECT_TRUE(seen.status->ok());
  EXPECT_EQ(seen.out, "ready\n1!\n2!\nend\n");
}

TEST(Child, GetsInOrderWhatItReadsLate) {
  const std::string much(300'000, 'x');
  const ran seen = talk("echo ready; sleep 0.05; head -c 300000 | wc -c; read line; echo $line", [&](child& process, std::string_view line) {
    if (line != "ready") return;
    process.send(much);
    process.send("last\n");
  });
  EXPECT_EQ(seen.out, "ready\n300000\nlast\n");
}

TEST(Child, SendsNothingToOneThatHasEnded) {
  const ran seen = talk("exec <&-; echo ready; read nothing; echo end", [&](child& process, std::string_view line) {
    if (line == "ready") process.send(std::string(300'000, 'x'));
  });
  EXPECT_EQ(seen.out, "ready\nend\n");
}

TEST(Child, IsWaitedForNoLongerThanAsked) {
  asio::io_context io;
  command what = shell("read nothing");
  what.keeps_stdin = true;
  child process = start(io.get_executor(), what).value();
  std::vector<bool> ended;
  const auto body = [&]() -> task<void> {
    ended.push_back(co_await process.wait_end(1ms));
    process.close_stdin();
    ended.push_back(co_await process.wait_end(10s));
  };
  spawn(io.get_executor(), "test", body);
  io.run();
  EXPECT_EQ(ended, (std::vector<bool>{false, true}));
}

TEST(Child, SurvivesOneThatDoesNotReadItsInput) {
  command deaf = shell("exit 0");
  deaf.stdin_text = std::string(300'000, 'x');
  EXPECT_TRUE(run(deaf).status->ok());
}

TEST(Child, NamesWhatCannotBeStarted) {
  const auto folder = std::filesystem::temp_directory_path() / ("leadsman-child-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "plain") << "not a program";
  ::chmod((folder / "plain").c_str(), 0755);
  std::ofstream(folder / "denied") << "#!/bin/sh\n";
  ::chmod((folder / "denied").c_str(), 0644);

  EXPECT_EQ(run({.program = "/no/such/helm"}).status.error().code, errc::not_found);
  EXPECT_THAT(run({.program = "/no/such/helm"}).status.error().message, HasSubstr("/no/such/helm"));
  EXPECT_EQ(run({.program = folder / "denied"}).status.error().code, errc::forbidden);
  EXPECT_EQ(run({.program = folder / "plain"}).status.error().code, errc::forbidden);
  command lost = shell("true");
  lost.working_dir = "/no/such/folder";
  EXPECT_THAT(run(lost).status.error().message, HasSubstr("/no/such/folder"));
  std::filesystem::remove_all(folder);
}

TEST(Child, FindsProgramsInPath) {
  EXPECT_EQ(find_program("sh", "/nowhere:/bin").value(), "/bin/sh");
  EXPECT_EQ(find_program("/bin/sh", "").value(), "/bin/sh");
  EXPECT_EQ(find_program("no-such-program", "/bin:/usr/bin").error().code, errc::not_found);
  EXPECT_EQ(find_program("/etc/passwd", "").error().code, errc::forbidden);
}

TEST(Child, IsKnownBeforeItIsWaitedForAndReapedWithoutWaiting) {
  asio::io_context io;
  auto started = start(io.get_executor(), shell("exit 0"));
  ASSERT_TRUE(started);
  EXPECT_EQ(started->identity(), identify(started->identity().pid).value());
  io.run();
  EXPECT_TRUE(started->ended());
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);  // no zombie
  EXPECT_EQ(errno, ECHILD);
}

TEST(Child, DoesNotWaitForAGrandchildThatKeepsThePipes) {
  const auto begun = std::chrono::steady_clock::now();
  const ran seen = run(shell("sleep 60 & echo $!"));
  EXPECT_TRUE(seen.status->ok());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
  ::kill(std::stoi(seen.out), SIGKILL);
}

// Cancels the waiting coroutine once the script has said "ready"; the status that wait() still gives.
struct canceled_wait {
  result<exit_status> status = fail(errc::internal, "did not return");
  bool unwound = false;
};

task<void> wait_and_go_on(child process, stop_policy policy, canceled_wait& seen) {
  auto waiting = process.wait(policy);
  seen.status = co_await std::move(waiting);
  co_await sleep_for(1ms);  // unwinds here
}

canceled_wait cancel_when_ready(std::string script, stop_policy policy) {
  asio::io_context io;
  asio::cancellation_signal cancel;
  canceled_wait seen;
  handlers on{.on_line = [&](stream, std::string_view line) {
    if (line == "ready") asio::post(io, [&] { cancel.emit(asio::cancellation_type::terminal); });
  }};
  auto process = start(io.get_executor(), shell(std::move(script)), {}, on);
  auto coroutine = wait_and_go_on(*process, policy, seen);
  asio::co_spawn(io, std::move(coroutine), asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr e) { seen.unwound = e != nullptr; }));
  io.run();
  return seen;
}

TEST(Child, ACanceledWaitTerminatesWhenAskedTo) {
  const auto seen = cancel_when_ready("trap 'exit 7' TERM; echo ready; while :; do sleep 0.01; done",
                                      {.on_cancel = stop_policy::mode::terminate_then_wait});
  ASSERT_TRUE(seen.status);
  EXPECT_EQ(seen.status->code, 7);
  EXPECT_TRUE(seen.unwound);
}

TEST(Child, ACanceledWaitLeavesTheProcessToItsEndByDefault) {
  const auto seen = cancel_when_ready("trap 'exit 7' TERM; echo ready; sleep 0.2; exit 5", {});
  ASSERT_TRUE(seen.status);
  EXPECT_EQ(seen.status->code, 5);
  EXPECT_TRUE(seen.unwound);
}

TEST(Child, KillsWhatIgnoresTheTermination) {
  const auto seen = cancel_when_ready("trap '' TERM; echo ready; while :; do sleep 0.01; done",
                                      {.on_cancel = stop_policy::mode::terminate_then_wait, .kill_after = 50ms});
  ASSERT_TRUE(seen.status);
  EXPECT_EQ(seen.status->signal, SIGKILL);
}

TEST(Child, DiesWithTheAgent) {
  int report[2];
  ASSERT_EQ(::pipe(report), 0);
  const pid_t agent = ::fork();
  if (agent == 0) {
    asio::io_context io;
    auto process = start(io.get_executor(), shell("sleep 60"));
    const std::string text = to_string(process->identity());
    [[maybe_unused]] const auto written = ::write(report[1], text.data(), text.size());
    ::pause();
  }
  char buffer[200];
  const ssize_t size = ::read(report[0], buffer, sizeof(buffer));
  ASSERT_GT(size, 0);
  const auto identity = parse_identity(std::string(buffer, static_cast<size_t>(size)));
  ASSERT_TRUE(identity);
  EXPECT_TRUE(is_alive(*identity));
  ::kill(agent, SIGKILL);
  ::waitpid(agent, nullptr, 0);
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (is_alive(*identity) && std::chrono::steady_clock::now() < deadline) ::usleep(1000);
  EXPECT_FALSE(is_alive(*identity));
  ::close(report[0]);
  ::close(report[1]);
}

}  // namespace
}  // namespace leadsman::process
