#include "process/launcher.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "process/descriptor_limit.hpp"

namespace leadsman::process {

namespace {

class descriptor {
 public:
  descriptor() = default;
  explicit descriptor(int fd) : fd_(fd) {}
  descriptor(descriptor&& other) noexcept : fd_(other.release()) {}
  descriptor& operator=(descriptor&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  ~descriptor() { reset(); }

  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  void reset(int fd = -1) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
  }

 private:
  int fd_ = -1;
};

struct pipe_ends {
  descriptor read;
  descriptor write;
};

// Descriptors above the standard three, so that dup2 in the child never overwrites one that is still needed.
std::optional<descriptor> above_standard(int fd) {
  descriptor owned(fd);
  if (fd > STDERR_FILENO) return owned;
  const int moved = ::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (moved < 0) return std::nullopt;
  return descriptor(moved);
}

std::optional<pipe_ends> make_pipe() {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return std::nullopt;
  auto write = above_standard(fds[1]);
  auto read = above_standard(fds[0]);
  if (!read || !write) return std::nullopt;
  return pipe_ends{std::move(*read), std::move(*write)};
}

enum class stage : int { change_dir = 1, execute = 2, prepare = 3 };

struct child_failure {
  stage at;
  int error;
};

// Everything the child needs, allocated before fork.
struct child_plan {
  const char* program;
  std::vector<char*> argv;
  std::vector<char*> envp;
  const char* working_dir;  // or null
  const rlimit* descriptor_limit;  // or null: as it is
  int in, out, err, report;
  pid_t parent;
};

[[noreturn]] void report_and_exit(const child_plan& plan, stage at) {
  const child_failure failure{at, errno};
  [[maybe_unused]] const ssize_t written = ::write(plan.report, &failure, sizeof(failure));
  ::_exit(127);
}

void reset_signals() {
  struct sigaction standard{};
  standard.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &standard, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Runs in the forked child: async-signal-safe calls only.
[[noreturn]] void run_child(const child_plan& plan) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != plan.parent) ::_exit(127);  // the agent died before prctl could take effect
  ::setpgid(0, 0);  // Ctrl-C at a terminal is for the agent, which decides; and kill() reaches grandchildren
  reset_signals();
  if (plan.descriptor_limit) ::setrlimit(RLIMIT_NOFILE, plan.descriptor_limit);  // lowering is always allowed
  if (::dup2(plan.in, STDIN_FILENO) < 0 || ::dup2(plan.out, STDOUT_FILENO) < 0 || ::dup2(plan.err, STDERR_FILENO) < 0) {
    report_and_exit(plan, stage::prepare);
  }
  if (plan.working_dir && ::chdir(plan.working_dir) != 0) report_and_exit(plan, stage::change_dir);
  // Marked, not closed: the report pipe must stay until exec has succeeded.
  constexpr unsigned k_close_on_exec = 1U << 2;  // CLOSE_RANGE_CLOEXEC, Linux 5.11
  if (::syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, k_close_on_exec) != 0) {
    for (int fd = STDERR_FILENO + 1; fd < 65536; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
  ::execve(plan.program, plan.argv.data(), plan.envp.data());
  report_and_exit(plan, stage::execute);
}

// Blocks until exec has happened (the pipe closes) or failed: about a millisecond.
std::optional<child_failure> read_report(int fd) {
  child_failure failure{};
  ssize_t got = 0;
  do {
    got = ::read(fd, &failure, sizeof(failure));
  } while (got < 0 && errno == EINTR);
  if (got != sizeof(failure)) return std::nullopt;
  return failure;
}

error explain(const child_failure& failure, const command& what) {
  const std::string reason = std::generic_category().message(failure.error);
  if (failure.at == stage::change_dir) {
    return {errc::not_found, fmt::format("The working directory {} of {} cannot be entered: {}.", what.working_dir, what.program, reason), {}};
  }
  if (failure.at == stage::prepare) return {errc::unavailable, fmt::format("{} cannot be started: {}.", what.program, reason), {}};
  switch (failure.error) {
    case ENOENT: return {errc::not_found, fmt::format("There is no program {} (or the interpreter it asks for is missing).", what.program), {}};
    case EACCES:
    case EPERM: return {errc::forbidden, fmt::format("{} is not executable by this user.", what.program), {}};
    case ENOEXEC: return {errc::forbidden, fmt::format("{} is not a program for this machine.", what.program), {}};
    case E2BIG: return {errc::too_large, fmt::format("The arguments of {} are too long for the system.", what.program), {}};
    default: return {errc::unavailable, fmt::format("{} cannot be started: {}.", what.program, reason), {}};
  }
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

std::unexpected<error> no_resources(const command& what) {
  return fail(errc::unavailable, fmt::format("{} cannot be started: {}.", what.program, std::generic_category().message(errno)));
}

}  // namespace

result<launched> launch(const command& what) {
  auto out = make_pipe(), err = make_pipe(), report = make_pipe();
  std::optional<pipe_ends> in;
  const bool has_stdin = what.stdin_text || what.keeps_stdin;
  if (has_stdin) in = make_pipe();
  const int null_fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null_fd < 0) return no_resources(what);
  std::optional<descriptor> null = above_standard(null_fd);
  if (!out || !err || !report || !null || (has_stdin && !in)) return no_resources(what);

  std::vector<std::string> arguments{what.program}, environment;
  arguments.insert(arguments.end(), what.arguments.begin(), what.arguments.end());
  for (const auto& [name, value] : what.environment) environment.push_back(name + "=" + value);
  const std::optional<rlimit>& limit = original_descriptor_limit();
  const child_plan plan{what.program.c_str(), pointers(arguments), pointers(environment),
                        what.working_dir.empty() ? nullptr : what.working_dir.c_str(), limit ? &*limit : nullptr,
                        in ? in->read.get() : null->get(), out->write.get(), err->write.get(), report->write.get(),
                        ::getpid()};

  // No handler of the agent's may run in the child before it has reset them.
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid == 0) run_child(plan);
  const int fork_error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return errno = fork_error, no_resources(what);

  report->write.reset();
  if (const auto failure = read_report(report->read.get())) {
    ::waitpid(pid, nullptr, 0);
    return fail(explain(*failure, what));
  }
  return launched{pid, in ? in->write.release() : -1, out->read.release(), err->read.release()};
}

}  // namespace leadsman::process
