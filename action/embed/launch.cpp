#include "action/embed/launch.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>

#include "action/output/clean.hpp"

namespace leadsman::action {

namespace {

constexpr size_t k_log_tail = 2000;

// What has to be ready before fork: nothing between fork and exec may allocate.
struct launch_plan {
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

std::unique_ptr<launch_plan> prepare(const embedded_settings& settings, const std::vector<std::string>& more) {
  auto out = std::make_unique<launch_plan>();
  out->words = arguments_of(settings);
  out->words.insert(out->words.begin(), settings.program);
  out->words.insert(out->words.end(), more.begin(), more.end());
  for (const auto& [name, value] : settings.environment) {
    if (!is_ours_alone(name)) out->variables.push_back(name + "=" + value);
  }
  out->argv = pointers_to(out->words);
  out->envp = pointers_to(out->variables);
  return out;
}

[[noreturn]] void become_agent(const launch_plan& what, pid_t parent, int out, int log) {
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

}  // namespace

std::vector<std::string> arguments_of(const embedded_settings& s) {
  std::vector<std::string> words{"--embedded", "--socket", s.socket, "--state", s.state};
  if (!s.kubeconfig.empty()) words.insert(words.end(), {"--kubeconfig", s.kubeconfig});
  if (!s.context.empty()) words.insert(words.end(), {"--context", s.context});
  if (!s.helm.empty()) words.insert(words.end(), {"--helm", s.helm});
  return words;
}

result<launched> launch(const embedded_settings& settings, const std::vector<std::string>& more) {
  const std::unique_ptr<launch_plan> what = prepare(settings, more);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(errc::internal, std::string("cannot make a pipe: ") + std::strerror(errno));
  const int log = ::open(settings.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) become_agent(*what, parent, ends[1], log);
  ::close(ends[1]);
  if (log >= 0) ::close(log);
  if (pid > 0) return launched{pid, ends[0]};
  ::close(ends[0]);
  return fail(errc::unavailable, std::string("cannot start ") + settings.program + ": " + std::strerror(errno));
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

}  // namespace leadsman::action
