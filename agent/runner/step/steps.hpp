#pragma once

#include "runner/rollout.hpp"

// One function a kind of step, each in a file of its own. A step first looks, and acts only on the difference: it may have
// been performed before, wholly or in part, by an agent that died. The error of a result is something that no step can
// judge (the store, a defect); what went wrong in the cluster is a step_result.
namespace leadsman::runner {

task<result<step_result>> acquire(rollout& r, bool resumed);
task<result<step_result>> look(rollout& r, bool resumed);
task<result<step_result>> preflight(rollout& r, bool resumed);
task<result<step_result>> clear_canary(rollout& r, bool resumed);
task<result<step_result>> start_canary(rollout& r, bool resumed);
task<result<step_result>> shift(rollout& r, bool resumed);
task<result<step_result>> test_canary(rollout& r, bool resumed);
task<result<step_result>> analyze(rollout& r, bool resumed);
task<result<step_result>> hold(rollout& r, bool resumed);
task<result<step_result>> bring_home(rollout& r, bool resumed);
task<result<step_result>> remove_canary(rollout& r, bool resumed);
task<result<step_result>> upgrade(rollout& r, bool resumed);
task<result<step_result>> run_tests(rollout& r, bool resumed);
task<result<step_result>> record(rollout& r, bool resumed);
task<result<step_result>> gather_evidence(rollout& r, bool resumed);
task<result<step_result>> roll_back(rollout& r, bool resumed);
task<result<step_result>> prove(rollout& r, bool resumed);
task<result<step_result>> uninstall(rollout& r, bool resumed);

}  // namespace leadsman::runner
