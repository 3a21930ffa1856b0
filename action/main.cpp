#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "action/command/context.hpp"
#include "action/input/command_line.hpp"
#include "usage/terminal.hpp"

using namespace leadsman;
using namespace leadsman::action;

namespace {

std::unique_ptr<view> make_view_of(const arguments& given, const environment& env) {
  const terminal_facts terminal{::isatty(STDOUT_FILENO) == 1, env.get("TERM"), !env.get("NO_COLOR").empty()};
  return make_view(choose_output(given.output, terminal), stdout, stderr);
}

// One thread: the io_context's. An exception that arrives here is a defect.
exit_code run(arguments given) {
  asio::io_context io(1);
  interruption stop(io.get_executor());
  context c;
  c.given = std::move(given);
  c.env = environment::of_this_process();
  c.stop = &stop;
  if (c.given.verb != verb::action) c.out = make_view_of(c.given, c.env);
  std::optional<exit_code> code;
  std::exception_ptr defect;
  auto running = run_verb(c);
  asio::co_spawn(io, std::move(running), [&](std::exception_ptr failure, exit_code ended) {
    defect = failure;
    code = ended;
    io.stop();
  });
  io.run();
  if (defect) std::rethrow_exception(defect);
  return code.value_or(exit_code::defect);
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  auto parsed = parse_command_line({argv + 1, argv + argc}, usage::terminal_columns());
  if (const auto* words = std::get_if<parting_words>(&parsed)) {
    std::fputs(words->text.c_str(), words->code == exit_code::succeeded ? stdout : stderr);
    return static_cast<int>(words->code);
  }
  try {
    return static_cast<int>(run(std::move(std::get<arguments>(parsed))));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "leadsman: this is a defect: %s\n", e.what());
    return static_cast<int>(exit_code::defect);
  }
}
