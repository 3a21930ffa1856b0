#include "action/exit_code.hpp"

namespace leadsman::action {

exit_code exit_code_of(model::phase phase, model::rollback_outcome rollback) {
  // A failed rollback is the loudest thing there is, whatever the phase is called.
  if (model::is_final(phase) && rollback == model::rollback_outcome::failed) return exit_code::rollback_failed;
  switch (phase) {
    case model::phase::succeeded: return exit_code::succeeded;
    case model::phase::kept: return exit_code::kept;
    case model::phase::failed:
      return rollback == model::rollback_outcome::succeeded ? exit_code::rolled_back : exit_code::not_rolled_back;
    case model::phase::rolled_back: return exit_code::rolled_back;
    case model::phase::declined: return exit_code::refused;
    case model::phase::canceled:
    case model::phase::superseded: return exit_code::canceled;
    case model::phase::pending:
    case model::phase::waiting:
    case model::phase::deploying:
    case model::phase::analyzing:
    case model::phase::paused:
    case model::phase::promoting:
    case model::phase::rolling_back: return exit_code::interrupted;
  }
  return exit_code::defect;
}

exit_code exit_code_of(errc code) {
  switch (code) {
    case errc::invalid_input:
    case errc::not_found:
    case errc::gone:
    case errc::too_large: return exit_code::invalid_input;
    case errc::unauthenticated:
    case errc::forbidden:
    case errc::conflict:
    case errc::refused: return exit_code::refused;
    case errc::unavailable:
    case errc::timed_out: return exit_code::unreachable;
    case errc::canceled: return exit_code::interrupted;
    case errc::internal: return exit_code::defect;
  }
  return exit_code::defect;
}

}  // namespace leadsman::action
