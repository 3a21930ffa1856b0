#include "action/command/context.hpp"

namespace leadsman::action {

exit_code refuse(context& c, const error& e) {
  c.out->problem(e);
  return exit_code_of(e.code);
}

exit_code refuse(context& c, errc code, std::string message, std::string field) {
  return refuse(c, error{code, std::move(message), std::move(field)});
}

task<exit_code> run_verb(context& c) {
  switch (c.given.verb) {
    case verb::deploy: return run_deploy(c);
    case verb::plan: return run_plan(c);
    case verb::follow: return run_follow(c);
    case verb::status: return run_status(c);
    case verb::history: return run_history(c);
    case verb::health: return run_health(c);
    case verb::metrics: return run_metrics(c);
    case verb::rollback: return run_rollback(c);
    case verb::cancel:
    case verb::pause:
    case verb::resume:
    case verb::abort: return run_cancel(c);
    case verb::retry: return run_retry(c);
    case verb::promote: return run_promote(c);
    case verb::settle: return run_settle(c);
    case verb::doctor: return run_doctor(c);
    case verb::generate_key: return run_generate_key(c);
    case verb::check_plugin: return run_check_plugin(c);
    case verb::complete: return run_complete(c);
    case verb::action: return run_action(c);
  }
  return run_deploy(c);
}

}  // namespace leadsman::action
