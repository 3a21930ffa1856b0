#include "action/command/context.hpp"
#include "action/completion/names.hpp"
#include "action/input/declaration.hpp"

namespace leadsman::action {

task<exit_code> run_complete(context& c) {
  raw_words unused;
  CLI::App app;
  declare(app, unused);
  const begun_line line = read_line(app, c.given.words);
  write_text(stdout, write_answer(complete(line, names_in_config)));
  co_return exit_code::succeeded;
}

}  // namespace leadsman::action
