#include "action/embed/embedded_agent.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "action/output/clean.hpp"

namespace leadsman::action {

namespace {

constexpr std::chrono::seconds k_start_limit{30};
constexpr size_t k_log_tail = 2000;

// What has to be ready before fork: nothing between fork and exec may allocate.
struct launch {
  std::vector<std::string> words;
  std::vector<std::string> variables;
  std::vector<char*> argv;
  std::vector<char*> envp;
};

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// The agent signs nothing and needs none of our credentials; a kubeconfig it gets as a file.
bool is_ours_alone(std::string_view name) {
  return name == "LEADSMAN_KEY" || name == "KUBE_CONFIG_B64" || name.starts_with("INPUT_");
}

std::unique_ptr<launch> prepare(const embedded_settings& settings) {
  auto out = std::make_unique<launch>();
  out->words = arguments_of(settings);
  out->words.insert(out->words.begin(), settings.program);
  for (const auto& [name, value] : settings.environment) {
    if (!is_ours_alone(name)) out->variables.push_back(name + "=" + value);
  }
  out->argv = pointers_to(out->words);
  out->envp = pointers_to(out->variables);
  return out;
}

[[noreturn]] void become_agent(const launch& what, pid_t parent, int out, int log) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(127);  // it died before we asked to be told
  const int null = ::open("/dev/null", O_RDONLY);
  ::dup2(null, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int each : {SIGINT, SIGTERM, SIGPIPE, SIGHUP}) ::signal(each, SIG_DFL);
  ::execve(what.argv[0], what.argv.data(), what.envp.data());
  ::_exit(127);
}

std::string end_of(const std::string& log_file) {
  std::ifstream in(log_file, std::ios::binary | std::ios::ate);
  const auto size = static_cast<size_t>(std::max<std::streamoff>(in ? static_cast<std::streamoff>(in.tellg()) : 0, 0));
  in.seekg(static_cast<std::streamoff>(size > k_log_tail ? size - k_log_tail : 0));
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  std::string out;
  for (const std::string& line : clean_lines(text)) out += "\n  " + line;
  return out;
}

// True when the first line is "ready".
task<result<bool>> read_ready(int output) {
  using namespace asio::experimental::awaitable_operators;
  asio::posix::stream_descriptor from(co_await asio::this_coro::executor, ::dup(output));
  asio::steady_timer limit(from.get_executor(), k_start_limit);
  std::string said;
  auto reading = asio::async_read_until(from, asio::dynamic_buffer(said, 4096), '\n', no_throw);
  auto expiring = limit.async_wait(no_throw);
  const auto first = co_await (std::move(reading) || std::move(expiring));
  if (first.index() == 1) co_return fail(errc::timed_out, "was not ready in time");
  co_return said.starts_with("ready\n");
}

}  // namespace

std::vector<std::string> arguments_of(const embedded_settings& s) {
  std::vector<std::string> words{"--embedded", "--socket", s.socket, "--state", s.state};
  if (!s.kubeconfig.empty()) words.insert(words.end(), {"--kubeconfig", s.kubeconfig});
  if (!s.context.empty()) words.insert(words.end(), {"--context", s.context});
  if (!s.helm.empty()) words.insert(words.end(), {"--helm", s.helm});
  return words;
}

result<std::string> find_agent_program(const std::string& named) {
  namespace fs = std::filesystem;
  std::error_code failure;
  const fs::path found = named.empty() ? fs::read_symlink("/proc/self/exe", failure).parent_path() / "leadsman-agent" : fs::path(named);
  if (::access(found.c_str(), X_OK) == 0 && fs::is_regular_file(found, failure)) return found.string();
  return fail(errc::not_found, "without an agent's address, leadsman starts 'leadsman-agent' itself, and there is no such "
                               "program at " + found.string() + "; install both together, or give --agent",
              named.empty() ? "agent" : "LEADSMAN_AGENT_BINARY");
}

task<result<std::unique_ptr<embedded_agent>>> embedded_agent::start(embedded_settings settings) {
  const std::unique_ptr<launch> what = prepare(settings);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) co_return fail(errc::internal, std::string("cannot make a pipe: ") + std::strerror(errno));
  const int log = ::open(settings.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) become_agent(*what, parent, ends[1], log);
  ::close(ends[1]);
  if (log >= 0) ::close(log);
  if (pid < 0) {
    ::close(ends[0]);
    co_return fail(errc::unavailable, std::string("cannot start ") + settings.program + ": " + std::strerror(errno));
  }
  std::unique_ptr<embedded_agent> agent(new embedded_agent(pid, ends[0], settings.log_file));
  auto reading = read_ready(ends[0]);
  const result<bool> ready = co_await std::move(reading);
  if (ready && *ready) co_return std::move(agent);
  if (!ready) co_return fail(ready.error().code, "the embedded agent " + ready.error().message + end_of(settings.log_file), "agent");
  agent->stop();
  co_return fail(agent->died("when it was started"));
}

embedded_agent::~embedded_agent() {
  stop();
  ::close(output_);
}

bool embedded_agent::reap(int flags) {
  while (!ended_) {
    const pid_t found = ::waitpid(pid_, &status_, flags);
    if (found == 0) return false;
    if (found < 0 && errno == EINTR) continue;
    ended_ = true;
  }
  return true;
}

error embedded_agent::died(std::string_view when) const {
  std::string how = "ended";
  if (WIFEXITED(status_)) how = "ended with exit code " + std::to_string(WEXITSTATUS(status_));
  if (WIFSIGNALED(status_)) how = std::string("was ended by ") + ::strsignal(WTERMSIG(status_));
  // 2: what it was given is wrong, a kubeconfig for instance.
  const bool wrong_input = WIFEXITED(status_) && WEXITSTATUS(status_) == 2;
  return {wrong_input ? errc::invalid_input : errc::unavailable, "the embedded agent " + how + " " + std::string(when) + "; the end of its log:" + end_of(log_file_), "agent"};
}

result<void> embedded_agent::check() {
  if (!reap(WNOHANG)) return {};
  return fail(died("before the deployment did"));
}

void embedded_agent::stop() {
  if (reap(WNOHANG)) return;
  ::kill(pid_, SIGTERM);
  reap(0);
}

}  // namespace leadsman::action
