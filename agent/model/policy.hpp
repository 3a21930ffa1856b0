#pragma once

#include <chrono>
#include <string>

#include "model/words.hpp"

namespace leadsman::model {

// What happens to the release when an upgrade or its tests fail.
enum class on_failure { rollback, keep };
inline constexpr word<on_failure> k_on_failure[]{{"rollback", on_failure::rollback}, {"keep", on_failure::keep}};

// The same for a first installation, where there is no revision to go back to.
enum class on_first_failure { uninstall, keep };
inline constexpr word<on_first_failure> k_on_first_failure[]{{"uninstall", on_first_failure::uninstall},
                                                            {"keep", on_first_failure::keep}};

// An existing release that is neither verified by us nor healthy: there is nothing to return to.
enum class without_way_back { proceed, refuse };
inline constexpr word<without_way_back> k_without_way_back[]{{"proceed", without_way_back::proceed},
                                                            {"refuse", without_way_back::refuse}};

// leave: stop at the next step for good, with weight and releases as they are then.
enum class on_cancel { rollback, pause, proceed, leave };
inline constexpr word<on_cancel> k_on_cancel[]{{"rollback", on_cancel::rollback},
                                              {"pause", on_cancel::pause},
                                              {"continue", on_cancel::proceed},
                                              {"leave", on_cancel::leave}};

// Another deployment holds the release.
enum class when_busy { wait, reject, supersede };
inline constexpr word<when_busy> k_when_busy[]{
    {"wait", when_busy::wait}, {"reject", when_busy::reject}, {"supersede", when_busy::supersede}};

// `helm test`, and what it means when the chart has no tests.
enum class tests { require, allow_missing, skip };
inline constexpr word<tests> k_tests[]{
    {"require", tests::require}, {"allow-missing", tests::allow_missing}, {"skip", tests::skip}};

// A revision that somebody else left in pending-*: refuse, or recover because the user knows its maker is dead.
enum class stuck_release { refuse, recover };
inline constexpr word<stuck_release> k_stuck_release[]{{"refuse", stuck_release::refuse},
                                                      {"recover", stuck_release::recover}};

enum class wait_strategy { watcher, legacy };
inline constexpr word<wait_strategy> k_wait_strategy[]{{"watcher", wait_strategy::watcher},
                                                      {"legacy", wait_strategy::legacy}};

// automatic: true for what we install, and what the release has so far for what others installed.
enum class server_side { automatic, always, never };
inline constexpr word<server_side> k_server_side[]{
    {"auto", server_side::automatic}, {"true", server_side::always}, {"false", server_side::never}};

// Every choice that is the user's. The defaults are the safe ones.
struct policy {
  model::on_failure on_failure = on_failure::rollback;
  model::on_first_failure on_first_failure = on_first_failure::uninstall;
  model::without_way_back without_way_back = without_way_back::proceed;
  model::on_cancel on_cancel = on_cancel::rollback;
  model::when_busy when_busy = when_busy::wait;
  model::tests tests = tests::require;
  model::stuck_release stuck_release = stuck_release::refuse;
  model::wait_strategy wait = wait_strategy::watcher;
  model::server_side server_side = server_side::automatic;
  bool force_conflicts = false;
  bool create_namespace = false;
  bool prove_tests = true;  // after a rollback, the tests of the old revision have to pass too
  std::chrono::milliseconds timeout = std::chrono::minutes(5);  // of each: the upgrade, the tests, the rollback
  int history_max = 20;

  bool operator==(const policy&) const = default;
};

}  // namespace leadsman::model
