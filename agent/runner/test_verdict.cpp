#include "runner/test_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace leadsman::runner {

namespace {

std::string names_of(const std::vector<helm::hook>& tests) {
  std::string names;
  for (const helm::hook& t : tests) names += (names.empty() ? "" : ", ") + t.name;
  return names;
}

// Told by the record, not by the time in it: clocks jump.
bool has_run(const std::vector<helm::hook>& before, const helm::hook& test) {
  const auto old = std::ranges::find_if(before, [&](const helm::hook& b) { return b.kind == test.kind && b.name == test.name; });
  return test.last_run.started && (old == before.end() || old->last_run.started != test.last_run.started);
}

}  // namespace

step_result judge_tests(const std::vector<helm::hook>& before, const std::vector<helm::hook>& tests, const helm::outcome& ran) {
  std::vector<helm::hook> failed, passed;
  for (const helm::hook& t : tests) {
    if (!has_run(before, t)) continue;
    (t.last_run.phase == "Succeeded" ? passed : failed).push_back(t);
  }
  const std::string count = fmt::format("{} of {} tests passed", passed.size(), tests.size());
  if (ran.ok() && passed.size() == tests.size()) return {flow::outcome::done, "", count + ": " + names_of(passed)};
  std::string message = count;
  if (!failed.empty()) message += "; failed: " + names_of(failed);
  if (ran.failed) message += " (" + ran.failed->message + ")";
  else if (failed.empty()) message += "; the others did not run, though helm said success";
  return {flow::outcome::failed, std::string(model::reason::k_tests_failed), message};
}

}  // namespace leadsman::runner
