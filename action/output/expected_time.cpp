#include "action/output/expected_time.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "action/output/json_text.hpp"
#include "base/clock.hpp"

namespace leadsman::action {

using nlohmann::json;
using wire::expected_time;

namespace {

// In whole seconds: nobody plans with less. "2m", not "2m 0s".
std::string span_text(int64_t ms) {
  const int64_t seconds = ms > 0 && ms < 1000 ? 1 : (ms + 500) / 1000;
  if (seconds < 60) return fmt::format("{}s", seconds);
  std::string text = format_duration(std::chrono::seconds(seconds));
  for (const std::string_view nothing : {" 0s", " 0m"}) {
    if (text.ends_with(nothing)) text.resize(text.size() - nothing.size());
  }
  return text;
}

bool is_unknown(const expected_time& time) { return !time.most_ms && time.least_ms == 0; }

std::string range_text(const expected_time& time) {
  const std::string about = time.measured ? "about " : "";
  if (!time.most_ms) return "at least " + span_text(time.least_ms);
  const std::string least = span_text(time.least_ms), most = span_text(*time.most_ms);
  return about + (least == most ? least : least + " to " + most);
}

}  // namespace

expected_time time_at(const json& object, const char* key) {
  const expected_time unknown;
  return wire::parse<expected_time>(value_at(object, key)).value_or(unknown);
}

std::string taken_text(const expected_time& time) {
  if (time.by_hand && !time.most_ms) return time.least_ms == 0 ? "until promoted" : range_text(time) + ", until promoted";
  return is_unknown(time) ? "unknown" : range_text(time);
}

std::string begins_text(const expected_time& begins) {
  if (begins.most_ms == 0) return "at once";
  return is_unknown(begins) ? "" : "after " + range_text(begins);
}

bool tells_times(const json& plan) {
  return std::ranges::any_of(list_at(plan, "steps"), [](const json& step) { return !is_unknown(time_at(step, "expected")) || time_at(step, "expected").by_hand; });
}

std::string whole_text(const json& plan) {
  const expected_time whole = time_at(plan, "expected");
  const json count = value_at(plan, "measured_deployments");
  const int64_t past = count.is_number_integer() ? count.get<int64_t>() : 0;
  std::string text = is_unknown(whole) && !whole.by_hand ? "how long is unknown" : taken_text(whole);
  if (past > 0) text += past == 1 ? ", by the last deployment" : fmt::format(", by the last {} deployments", past);
  else if (!whole.most_ms) text += ": no earlier deployment of this release is known to this agent";
  return text;
}

}  // namespace leadsman::action
