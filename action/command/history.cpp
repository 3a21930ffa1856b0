#include "action/command/ask.hpp"
#include "action/output/pages.hpp"

namespace leadsman::action {

task<exit_code> run_history(context& c) { return ask_about_release(c, &api::history, &history_page); }

}  // namespace leadsman::action
