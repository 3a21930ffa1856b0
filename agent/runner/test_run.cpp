#include "runner/test_run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "helm/manifest.hpp"
#include "runner/helm_call.hpp"
#include "runner/release_reader.hpp"
#include "runner/test_logs.hpp"

namespace leadsman::runner {

namespace reason = model::reason;

namespace {

task<result<helm::release>> read_required(rollout& r, int revision) {
  const ask<std::optional<helm::release>> reading = [&r, revision] { return read_revision(*r.target.api, r.release(), revision); };
  LEADSMAN_CO_TRY(auto found, co_await persist(r, "release", reading));
  if (!found) co_return fail(errc::not_found, "revision " + std::to_string(revision) + " is not in Helm's history any more");
  co_return std::move(*found);
}

std::string names_of(const std::vector<helm::hook>& tests) {
  std::string names;
  for (const helm::hook& t : tests) names += (names.empty() ? "" : ", ") + t.name;
  return names;
}

step_result judge(const std::vector<helm::hook>& tests, const helm::outcome& ran, wall_time began) {
  std::vector<helm::hook> failed, passed;
  for (const helm::hook& t : tests) {
    if (!t.last_run.started || *t.last_run.started < began) continue;
    (t.last_run.phase == "Succeeded" ? passed : failed).push_back(t);
  }
  const std::string count = fmt::format("{} of {} tests passed", passed.size(), tests.size());
  if (ran.ok() && passed.size() == tests.size()) return {flow::outcome::done, "", count + ": " + names_of(passed)};
  std::string message = count;
  if (!failed.empty()) message += "; failed: " + names_of(failed);
  if (ran.failed) message += " (" + ran.failed->message + ")";
  else if (failed.empty()) message += "; the others did not run, though helm said success";
  return {flow::outcome::failed, std::string(reason::k_tests_failed), message};
}

}  // namespace

task<result<step_result>> run_helm_test(rollout& r, int revision) {
  LEADSMAN_CO_TRY(const auto before, co_await read_required(r, revision));
  const std::vector<helm::hook> tests = helm::tests_of(before.hooks);
  if (tests.empty()) {
    co_return step_result{flow::outcome::missing, std::string(reason::k_tests_missing), "the chart has no tests; say tests: allow-missing or tests: skip if that is meant"};
  }
  const wall_time began = leadsman::now();
  test_logs logs(r, tests);
  logs.start();
  const std::function<task<result<helm::outcome>>()> call = [&r] {
    helm::test_request ask_helm;
    ask_helm.release = r.helm_release();
    ask_helm.timeout = r.policy().timeout;
    return r.shared.helm.test(r.target.kubeconfig, ask_helm, journaling_observer(r));
  };
  // helm test has no way to stop cleanly: it is waited for.
  const std::function<bool()> never = [] { return false; };
  const auto ran = co_await run_stoppable(r, call, never);
  co_await logs.stop();
  if (!ran) co_return fail(ran.error());
  LEADSMAN_CO_TRY(const auto after, co_await read_required(r, revision));
  co_return judge(helm::tests_of(after.hooks), *ran, began);
}

}  // namespace leadsman::runner
