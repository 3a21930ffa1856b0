#include "runner/uninstall_run.hpp"

#include "runner/helm_call.hpp"
#include "runner/persist.hpp"
#include "runner/release_reader.hpp"
#include "runner/take_up.hpp"

namespace leadsman::runner {

static task<result<bool>> is_gone(rollout& r, side which) {
  LEADSMAN_CO_TRY(const auto history, co_await read_history(*r.target.api, release_of(r, which)));
  co_return history.empty();
}

task<result<step_result>> run_uninstall(rollout& r, side which, bool resumed) {
  if (resumed) {
    const nlohmann::json intent = intent_of(r);
    co_await wait_until_dead(intent);
  }
  const ask<bool> looking = [&r, which] { return is_gone(r, which); };
  LEADSMAN_CO_TRY(const bool gone, co_await persist(r, "release", looking));
  if (gone) co_return step_result{};
  const std::function<task<result<helm::outcome>>()> call = [&r, which] {
    helm::uninstall_request ask_helm;
    ask_helm.release = helm_release_of(r, which);
    ask_helm.timeout = r.policy().timeout;
    return r.shared.helm.uninstall(r.target.kubeconfig, ask_helm, journaling_observer(r));
  };
  const std::function<bool()> never = [] { return false; };
  const auto ran = co_await run_stoppable(r, call, never);
  if (!ran) co_return fail(ran.error());
  if (const auto silence = cut_off_of(r, ran)) co_return *silence;
  if (!ran->ok()) co_return step_result{flow::outcome::failed, std::string(model::reason::k_uninstall_failed), ran->failed->message};
  co_return step_result{};
}

}  // namespace leadsman::runner
