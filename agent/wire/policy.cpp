#include "wire/policy.hpp"


namespace leadsman::wire {

using namespace std::chrono_literals;
using namespace model;

model::policy read_policy(document::object_reader& in, const model::policy& base) {
  model::policy out = base;
  out.on_failure = in.choice("on-failure", base.on_failure, k_on_failure);
  out.on_first_failure = in.choice("on-first-failure", base.on_first_failure, k_on_first_failure);
  out.without_way_back = in.choice("without-way-back", base.without_way_back, k_without_way_back);
  out.on_cancel = in.choice("on-cancel", base.on_cancel, k_on_cancel);
  out.when_busy = in.choice("when-busy", base.when_busy, k_when_busy);
  out.tests = in.choice("tests", base.tests, k_tests);
  out.stuck_release = in.choice("stuck-release", base.stuck_release, k_stuck_release);
  out.wait = in.choice("wait", base.wait, k_wait_strategy);
  out.server_side = in.choice("server-side", base.server_side, k_server_side);
  out.force_conflicts = in.boolean("force-conflicts", base.force_conflicts);
  out.create_namespace = in.boolean("create-namespace", base.create_namespace);
  out.prove_tests = in.boolean("prove-tests", base.prove_tests);
  out.timeout = in.duration("timeout", base.timeout);
  if (out.timeout < 1s || out.timeout > 24h) in.reject("timeout", "is out of range; allowed is 1s to 24h");
  out.history_max = static_cast<int>(in.integer("history-max", base.history_max, 5, 1000));
  return out;
}

nlohmann::json policy_json(const model::policy& p) {
  return {
      {"on-failure", word_of(k_on_failure, p.on_failure)},
      {"on-first-failure", word_of(k_on_first_failure, p.on_first_failure)},
      {"without-way-back", word_of(k_without_way_back, p.without_way_back)},
      {"on-cancel", word_of(k_on_cancel, p.on_cancel)},
      {"when-busy", word_of(k_when_busy, p.when_busy)},
      {"tests", word_of(k_tests, p.tests)},
      {"stuck-release", word_of(k_stuck_release, p.stuck_release)},
      {"wait", word_of(k_wait_strategy, p.wait)},
      {"server-side", word_of(k_server_side, p.server_side)},
      {"force-conflicts", p.force_conflicts},
      {"create-namespace", p.create_namespace},
      {"prove-tests", p.prove_tests},
      {"timeout", std::to_string(p.timeout.count()) + "ms"},
      {"history-max", p.history_max},
  };
}

}  // namespace leadsman::wire
