#include "action/command/ask.hpp"
#include "action/output/pages.hpp"

namespace leadsman::action {

task<exit_code> run_status(context& c) { return ask_about_release(c, &api::status, &status_page); }

}  // namespace leadsman::action
