#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "async/task.hpp"

namespace leadsman::action {

struct embedded_settings {
  std::string program;     // leadsman-agent
  std::string socket;      // where it is to listen
  std::string state;       // folder
  std::string kubeconfig;  // a file; empty: the pod's service account
  std::string context;
  std::string helm;
  std::string log_file;    // takes its stderr
  std::map<std::string, std::string, std::less<>> environment;
};

std::vector<std::string> arguments_of(const embedded_settings& settings);

// Beside ourselves, or what LEADSMAN_AGENT_BINARY names. Errors: not_found.
result<std::string> find_agent_program(const std::string& named);

// A `leadsman-agent` of our own. It lives as long as we do: the kernel sends it SIGTERM when our process dies, upon which
// it brings helm to a safe end first. It has a process group of its own, so that Ctrl-C reaches only us.
class embedded_agent {
 public:
  // Returns when it listens. Errors: internal or unavailable, with the end of its log; timed_out.
  static task<result<std::unique_ptr<embedded_agent>>> start(embedded_settings settings);
  ~embedded_agent();  // stop()
  embedded_agent(const embedded_agent&) = delete;
  embedded_agent& operator=(const embedded_agent&) = delete;

  // Errors: unavailable when it has ended by itself.
  result<void> check();
  // SIGTERM, then waits, however long it takes: it knows what is safe.
  void stop();

 private:
  embedded_agent(pid_t pid, int output, std::string log_file) : pid_(pid), output_(output), log_file_(std::move(log_file)) {}
  bool reap(int flags);
  error died(std::string_view when) const;

  pid_t pid_;
  int output_;  // its stdout, kept open so that it can write there
  std::string log_file_;
  int status_ = 0;
  bool ended_ = false;
};

}  // namespace leadsman::action
