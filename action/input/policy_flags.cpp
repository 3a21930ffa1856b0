#include "action/input/policy_flags.hpp"

#include "base/clock.hpp"
#include "spec/spec.hpp"
#include "wire/policy.hpp"

namespace leadsman::action {

namespace {

struct explanation {
  std::string_view name, meaning;
};

constexpr explanation k_explanations[]{
    {"on-failure", "when the upgrade or its tests fail"},
    {"on-first-failure", "the same for a first installation"},
    {"without-way-back", "when there is no revision to return to"},
    {"on-cancel", "when the job is canceled (an embedded agent cannot continue)"},
    {"when-busy", "when another deployment has the release"},
    {"tests", "whether the chart's tests (helm test) have to be there and to pass"},
    {"stuck-release", "a revision that somebody left in pending-*"},
    {"wait", "how helm waits; legacy for kinds whose state cannot be judged"},
    {"server-side", "server-side apply; auto: true for a new release, else what the release has so far"},
    {"force-conflicts", "take fields that another manager owns"},
    {"prove-tests", "after a rollback, the old revision's tests have to pass too"},
    {"timeout", "how long each may take: the upgrade, the tests, the rollback; 1s to 24h"},
    {"history-max", "how many revisions helm keeps, 5 to 1000"},
    {"create-namespace", "make the namespace if it is not there"},
};

std::string_view meaning_of(std::string_view name) {
  for (const explanation& each : k_explanations) {
    if (each.name == name) return each.meaning;
  }
  return "";
}

std::string word_of(std::string_view name, const nlohmann::json& value) {
  if (name == "timeout") {
    const auto span = parse_duration(value.get_ref<const std::string&>());
    if (span) return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(*span).count()) + "m";
  }
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

std::vector<policy_flag> policy_flags() {
  const nlohmann::json defaults = wire::policy_json({});
  auto words = spec::choice_words();
  std::vector<policy_flag> flags;
  for (const std::string& name : spec::choice_names()) {
    const nlohmann::json& value = defaults.at(name);
    if (value.is_boolean()) words[name] = {"true", "false"};
    flags.push_back({name, word_of(name, value), value.is_boolean(), meaning_of(name), words[name]});
  }
  return flags;
}

}  // namespace leadsman::action
