#include "wire/canary_steps.hpp"

#include "base/clock.hpp"
#include "wire/gate.hpp"
#include "wire/measuring.hpp"

namespace leadsman::wire {

using document::object_reader;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view k_by_hand = "until-promoted";
constexpr auto k_longest_pause = std::chrono::hours(24 * 7);
constexpr size_t k_most_steps = 50;

std::string item_of(const std::string& path, size_t number) { return path + "[" + std::to_string(number) + "]"; }

std::string percent(int weight) { return std::to_string(weight) + " %"; }

result<model::canary_step> read_step(const json& value, const std::string& path, const step_defaults& defaults) {
  if (value.is_number_integer()) return read_step({{"weight", value}}, path, defaults);
  if (!value.is_object()) return fail(errc::invalid_input, "expected a weight in percent or a mapping with one, found " + document::describe(value), path);
  object_reader in(value, path);
  model::canary_step out;
  out.weight = static_cast<int>(in.integer("weight", 0, 100));
  out.pause = read_pause(in, defaults.pause);
  out.after = read_after(in, "after");
  if (out.after && in.has("pause")) in.reject("pause", "and after both say how long to wait; give one of them");
  const json& match = in.child("match");
  const json& gates = in.child("gates");
  LEADSMAN_CHECK(in.finish());
  LEADSMAN_TRY(out.matches, read_matches(match, in.path_of("match"), defaults.user));
  out.gates = defaults.gates;
  if (!gates.is_null()) {
    LEADSMAN_TRY(out.gates, read_gates(gates, in.path_of("gates")));
  }
  if (out.weight == 0 && out.matches.empty()) {
    return fail(errc::invalid_input, "a weight of 0 gives nobody the canary; say with match which requests are led to it", in.path_of("weight"));
  }
  return out;
}

json step_json(const model::canary_step& s, bool by_time) {
  json matches = json::array();
  for (const model::traffic_match& m : s.matches) matches.push_back(match_json(m));
  json out{{"weight", s.weight}, {"match", std::move(matches)}, {"gates", gates_json(s.gates)}};
  if (s.after) out["after"] = span_json(*s.after);
  if (!by_time || s.weight == 0) out["pause"] = s.pause ? span_json(*s.pause) : json(k_by_hand);
  return out;
}

// Of one weight in a list by time; `before` is when the one before it comes.
result<void> check_time(const model::canary_step& s, std::optional<std::chrono::milliseconds> before, bool has_pause, const std::string& at) {
  const auto refuse = [](std::string message, std::string field) -> result<void> { return fail(errc::invalid_input, std::move(message), std::move(field)); };
  if (has_pause) return refuse("the steps come by time: a pause is of steps that come one after another", at + ".pause");
  if (!before) {
    if (s.after.value_or(0ms) == 0ms) return {};
    return refuse("is of the first weight, which comes at once: time is counted from it", at + ".after");
  }
  if (!s.after) return refuse("other steps come by time: say with after when " + percent(s.weight) + " comes, counted from the first weight", at);
  if (*s.after > *before) return {};
  return refuse(format_duration(*s.after) + " comes after " + format_duration(*before) + "; each step comes later than the one before", at + ".after");
}

bool has_pause(const json& holder) { return holder.is_object() && !holder.value("pause", json()).is_null(); }

}  // namespace

pause_time read_pause(object_reader& in, pause_time fallback) {
  const json& value = in.child("pause");
  if (value.is_null()) return fallback;
  if (value == k_by_hand) return std::nullopt;
  return read_span(in, "pause", 0ms, 0ms, k_longest_pause);
}

std::optional<std::chrono::milliseconds> read_after(object_reader& in, std::string_view key) {
  const auto after = read_span(in, key, 0ms, 0ms, k_longest_pause);
  return in.has(key) ? std::optional(after) : std::nullopt;
}

result<std::vector<model::canary_step>> read_steps(const json& list, const std::string& path, const step_defaults& defaults) {
  if (list.is_null()) return read_steps(json(model::k_default_steps), path, defaults);
  if (!list.is_array() || list.empty()) return fail(errc::invalid_input, "expected a list of weights in percent, found " + document::describe(list), path);
  if (list.size() > k_most_steps) return fail(errc::invalid_input, "has " + std::to_string(list.size()) + " steps; allowed are " + std::to_string(k_most_steps), path);
  std::vector<model::canary_step> steps;
  for (const json& item : list) {
    const std::string at = item_of(path, steps.size());
    LEADSMAN_TRY(auto step, read_step(item, at, defaults));
    if (!steps.empty() && step.weight <= steps.back().weight) {
      return fail(errc::invalid_input, percent(step.weight) + " comes after " + percent(steps.back().weight) + "; each step has a larger weight than the one before", at);
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

result<void> check_timeline(const model::canary& c, const json& value, const std::string& path) {
  if (!model::goes_by_time(c)) return {};
  if (has_pause(value)) return fail(errc::invalid_input, "the steps come by time: a pause is of steps that come one after another", path + ".pause");
  const json written = value.value("steps", json());
  std::optional<std::chrono::milliseconds> before;
  for (size_t i = 0; i < c.steps.size(); ++i) {
    const std::string at = item_of(path + ".steps", i);
    const model::canary_step& s = c.steps[i];
    if (s.weight == 0 && s.after) return fail(errc::invalid_input, "time is counted from the first weight above 0, and this one comes before it", at + ".after");
    if (s.weight == 0) continue;
    LEADSMAN_CHECK(check_time(s, before, i < written.size() && has_pause(written[i]), at));
    before = s.after.value_or(0ms);
  }
  if (!before) return fail(errc::invalid_input, "time is counted from the first weight above 0, and there is none", path + ".done-after");
  if (!c.done_after || *c.done_after > *before) return {};
  return fail(errc::invalid_input, format_duration(*c.done_after) + " is not later than the last weight, which comes after " + format_duration(*before), path + ".done-after");
}

json steps_json(const model::canary& c) {
  json steps = json::array();
  for (const model::canary_step& s : c.steps) steps.push_back(step_json(s, model::goes_by_time(c)));
  return steps;
}

}  // namespace leadsman::wire
