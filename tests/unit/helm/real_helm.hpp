#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "async/task.hpp"
#include "helm/environment.hpp"
#include "process/child.hpp"

namespace leadsman::helm {

// Tests against the real thing run where its environment variable names it, and are skipped elsewhere:
// LEADSMAN_TEST_HELM, and for a cluster LEADSMAN_TEST_KUBECONFIG and LEADSMAN_TEST_KUBECTL.
inline std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

struct program_result {
  int code = -1;
  std::string out, err;
};

inline program_result run_program(const std::string& program, std::vector<std::string> words, environment variables = {}, std::string input = {}) {
  asio::io_context io;
  program_result seen;
  process::command what{.program = program, .arguments = std::move(words), .environment = std::move(variables)};
  if (!input.empty()) what.stdin_text = std::move(input);
  auto started = process::start(io.get_executor(), std::move(what), {.kept_bytes = 8 << 20});
  if (!started) return {-1, "", started.error().message};
  spawn(io.get_executor(), "wait", [&]() -> task<void> {
    const auto status = co_await started->wait();
    seen.code = status ? status->code : -1;
  });
  io.run();
  seen.out = started->kept(process::stream::out);
  seen.err = started->kept(process::stream::err);
  return seen;
}

// A folder that is removed at the end, and charts in it.
class scratch {
 public:
  explicit scratch(const std::string& name) : folder_(std::filesystem::temp_directory_path() / (name + "-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~scratch() { std::filesystem::remove_all(folder_); }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  std::string write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
    return path(name);
  }

  std::string read(const std::string& name) const {
    std::ifstream in(path(name));
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::string chart(const std::string& name, const std::string& values, const std::string& manifest) const {
    write(name + "/Chart.yaml", "apiVersion: v2\nname: " + name + "\nversion: 0.1.0\n");
    write(name + "/values.yaml", values);
    write(name + "/templates/all.yaml", manifest);
    return path(name);
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace leadsman::helm
