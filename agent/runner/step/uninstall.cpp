#include "runner/helm_call.hpp"
#include "runner/release_reader.hpp"
#include "runner/step/steps.hpp"
#include "runner/take_up.hpp"

namespace leadsman::runner {

namespace {

task<result<bool>> is_gone(rollout& r) {
  LEADSMAN_CO_TRY(const auto history, co_await read_history(*r.target.api, r.release()));
  co_return history.empty();
}

// Also when an agent before us had it removed and died before it could say so.
task<result<step_result>> tell_removed(rollout& r) {
  store::change what;
  what.state = r.now().state;
  what.state->revision.reset();
  LEADSMAN_CO_CHECK(co_await r.log.save(std::move(what)));
  co_return step_result{flow::outcome::done, "", "the failed first installation was removed"};
}

}  // namespace

// Removes a first installation that failed, as helm's own rollback-on-failure does.
task<result<step_result>> uninstall(rollout& r, bool resumed) {
  if (resumed) {
    const nlohmann::json intent = intent_of(r);
    co_await wait_until_dead(intent);
  }
  const ask<bool> looking = [&r] { return is_gone(r); };
  LEADSMAN_CO_TRY(const bool gone, co_await persist(r, "release", looking));
  if (gone) co_return co_await tell_removed(r);
  const std::function<task<result<helm::outcome>>()> call = [&r] {
    helm::uninstall_request ask_helm;
    ask_helm.release = r.helm_release();
    ask_helm.timeout = r.policy().timeout;
    return r.shared.helm.uninstall(r.target.kubeconfig, ask_helm, journaling_observer(r));
  };
  const std::function<bool()> never = [] { return false; };
  const auto ran = co_await run_stoppable(r, call, never);
  if (!ran) co_return fail(ran.error());
  if (const auto silence = cut_off_of(r, ran)) co_return *silence;
  if (!ran->ok()) co_return step_result{flow::outcome::failed, std::string(model::reason::k_uninstall_failed), ran->failed->message};
  co_return co_await tell_removed(r);
}

}  // namespace leadsman::runner
