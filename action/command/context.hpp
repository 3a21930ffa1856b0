#pragma once

#include <memory>
#include <string>

#include "action/arguments.hpp"
#include "action/client/interruption.hpp"
#include "action/environment.hpp"
#include "action/exit_code.hpp"
#include "action/output/view.hpp"

namespace leadsman::action {

// What every verb is given. Lives as long as the program.
struct context {
  arguments given;
  environment env;
  std::unique_ptr<view> out;
  interruption* stop = nullptr;
  bool is_action = false;  // inside a workflow step
};

// Says what was wrong; the exit code that goes with it.
exit_code refuse(context& c, const error& e);
exit_code refuse(context& c, errc code, std::string message, std::string field = "");

// One verb each, in command/<verb>.cpp.
task<exit_code> run_deploy(context& c);
task<exit_code> run_rollback(context& c);
task<exit_code> run_plan(context& c);
task<exit_code> run_follow(context& c);
task<exit_code> run_status(context& c);
task<exit_code> run_history(context& c);
task<exit_code> run_health(context& c);
task<exit_code> run_metrics(context& c);
task<exit_code> run_cancel(context& c);
task<exit_code> run_retry(context& c);
task<exit_code> run_promote(context& c);
task<exit_code> run_settle(context& c);
task<exit_code> run_doctor(context& c);
task<exit_code> run_generate_key(context& c);
task<exit_code> run_check_plugin(context& c);
task<exit_code> run_complete(context& c);
task<exit_code> run_action(context& c);

task<exit_code> run_verb(context& c);

}  // namespace leadsman::action
