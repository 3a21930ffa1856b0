#include "runner/test_run.hpp"

#include "helm/manifest.hpp"
#include "runner/helm_call.hpp"
#include "runner/release_reader.hpp"
#include "runner/take_up.hpp"
#include "runner/test_logs.hpp"
#include "runner/test_verdict.hpp"

namespace leadsman::runner {

namespace reason = model::reason;

namespace {

task<result<helm::release>> read_required(rollout& r, side which, int revision) {
  const ask<std::optional<helm::release>> reading = [&r, which, revision] { return read_revision(*r.target.api, release_of(r, which), revision); };
  LEADSMAN_CO_TRY(auto found, co_await persist(r, "release", reading));
  if (!found) co_return fail(errc::not_found, "revision " + std::to_string(revision) + " is not in Helm's history any more");
  co_return std::move(*found);
}

// What tests print may be what the release keeps secret, and after a restart nobody has told the journal yet.
void hide_secrets_of(rollout& r, const helm::release& made) {
  std::vector<std::string> manifests{made.manifest};
  for (const helm::hook& h : made.hooks) manifests.push_back(h.manifest);
  for (const std::string& manifest : manifests) {
    // A hook with generateName cannot be split; the release is as helm accepted it, so this is no reason to fail.
    if (const auto objects = helm::split_manifest(manifest, r.release().name_space)) r.hide_secrets(*objects);
  }
}

task<result<step_result>> run_once(rollout& r, side which, int revision) {
  LEADSMAN_CO_TRY(const auto before, co_await read_required(r, which, revision));
  const std::vector<helm::hook> tests = helm::tests_of(before.hooks);
  if (tests.empty()) {
    co_return step_result{flow::outcome::missing, std::string(reason::k_tests_missing), "the chart has no tests; say tests: allow-missing or tests: skip if that is meant"};
  }
  hide_secrets_of(r, before);
  test_logs logs(r, tests);
  logs.start();
  const std::function<task<result<helm::outcome>>()> call = [&r, which] {
    helm::test_request ask_helm;
    ask_helm.release = helm_release_of(r, which);
    ask_helm.timeout = r.policy().timeout;
    return r.shared.helm.test(r.target.kubeconfig, ask_helm, journaling_observer(r));
  };
  // helm test has no way to stop cleanly: it is waited for.
  const std::function<bool()> never = [] { return false; };
  const auto ran = co_await run_stoppable(r, call, never);
  co_await logs.stop();
  if (!ran) co_return fail(ran.error());
  if (const auto silence = cut_off_of(r, ran)) co_return *silence;
  LEADSMAN_CO_TRY(const auto after, co_await read_required(r, which, revision));
  co_return judge_tests(tests, helm::tests_of(after.hooks), *ran);
}

std::string describe_second_run(const step_result& failed, std::chrono::milliseconds until) {
  return "the tests are run again in " + format_duration(until) +
         ", because the API server was silent and nodes may not know yet what changed; until now: " + failed.message;
}

// False when there is something better to do than to wait.
task<result<bool>> wait_until_settled(rollout& r) {
  const bool asked_already = r.asked_to_stop();
  for (;;) {
    const uint64_t seen = r.changed.version();
    if (r.interrupted()) co_return fail(errc::canceled, "the tests were not run again");
    if (r.asked_to_stop() != asked_already) co_return false;
    const auto left = r.line.until_settled();
    if (left == std::chrono::milliseconds(0)) co_return true;
    co_await r.changed.wait_change(seen, left);
  }
}

}  // namespace

task<result<step_result>> run_helm_test(rollout& r, side which, int revision) {
  for (;;) {
    const int silences = r.line.silences();
    const bool settled = r.line.until_settled() == std::chrono::milliseconds(0);
    LEADSMAN_CO_TRY(const step_result came, co_await run_once(r, which, revision));
    if (came.outcome != flow::outcome::failed || is_cut_off(came)) co_return came;
    if (settled && r.line.silences() == silences) co_return came;
    LEADSMAN_CO_CHECK(co_await r.log.tell(model::event_kind::warning, describe_second_run(came, r.line.until_settled())));
    LEADSMAN_CO_TRY(const bool again, co_await wait_until_settled(r));
    if (!again) co_return came;
  }
}

}  // namespace leadsman::runner
