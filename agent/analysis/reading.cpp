#include "analysis/reading.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/ready_made.hpp"
#include "base/text.hpp"

namespace leadsman::analysis {

namespace {

constexpr size_t k_words_limit = 500;  // bytes of what a source says
constexpr size_t k_warnings_limit = 5;
constexpr double k_last_second = 1e11;  // of Unix time that is a time: in the year 5138

reading fault_of(const error& e) {
  switch (e.code) {
    case errc::invalid_input: return reading::invalid_query;
    case errc::refused:
    case errc::forbidden:
    case errc::unauthenticated: return reading::rejected;
    case errc::internal: return reading::bad_answer;
    default: return reading::unreachable;
  }
}

answer bad(std::string words) { return {.what = reading::bad_answer, .words = truncate(words, k_words_limit)}; }

// "1.5", "NaN", "+Inf": as Prometheus writes them.
answer read_value(const std::string& text) {
  std::string_view digits = text;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  double value = 0;
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (ec != std::errc{} || end != digits.data() + digits.size()) return bad("'" + text + "' is no number");
  if (std::isnan(value)) return {.what = reading::not_a_number, .words = "the source says " + text};
  if (std::isinf(value)) return {.what = reading::infinite, .words = "the source says " + text};
  return {.what = reading::value, .value = value};
}

std::string labels_of(const model::metric_series& series) {
  return nlohmann::json(series.labels).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

answer read_series(const std::vector<model::metric_series>& series) {
  if (series.empty()) return {.what = reading::no_data, .words = "the query has no result"};
  if (series.size() > 1) {
    const std::string some = labels_of(series[0]) + " and " + labels_of(series[1]);
    return {.what = reading::several_series, .words = truncate("the query has " + std::to_string(series.size()) + " results, such as " + some + "; it needs sum() or max()", k_words_limit)};
  }
  answer out = read_value(series[0].value);
  // Beyond these years it is no time, and no number that fits one either.
  if (std::abs(series[0].at) < k_last_second) out.at = time_of(series[0].at);
  return out;
}

std::vector<std::string> cut(const std::vector<std::string>& warnings) {
  std::vector<std::string> out;
  for (const std::string& w : warnings) {
    if (out.size() < k_warnings_limit) out.push_back(truncate(w, k_words_limit));
  }
  return out;
}

look without_value(const answer& a) { return {.what = a.what, .words = a.words}; }

// Absent when there are enough samples, or nobody asked.
std::optional<look> judge_traffic(const model::metric_gate& gate, const std::optional<answer>& traffic) {
  if (!traffic) return std::nullopt;
  if (traffic->what == reading::no_data) return look{.what = reading::no_data, .words = "the source knows no samples of it at all"};
  if (traffic->what != reading::value) return without_value(*traffic);
  const int needed = min_samples_of(gate);
  // increase() extrapolates: nine and a half are ten.
  if (traffic->value > 0 && std::round(traffic->value) >= needed) return std::nullopt;
  const std::string found = std::to_string(std::llround(std::clamp(traffic->value, 0.0, 1e15)));
  return look{.what = reading::no_traffic, .samples = traffic->value, .words = "only " + found + " of at least " + std::to_string(std::max(needed, 1)) + " samples in " + format_duration(gate.measuring.window)};
}

std::optional<look> judge_age(const model::metric_gate& gate, const answers& came, wall_time now) {
  std::optional<wall_time> taken = came.value.at;
  if (came.newest) {
    if (came.newest->what != reading::value) return without_value(*came.newest);
    taken = time_of(came.newest->value);
    // Both by the source's clock, whatever ours says.
    now = came.newest->at.value_or(now);
  }
  if (!taken || now - *taken <= gate.measuring.stale_after) return std::nullopt;
  return look{.what = reading::stale, .words = "the newest sample is " + format_duration(now - *taken) + " old"};
}

}  // namespace

wall_time time_of(double seconds) { return wall_time(std::chrono::milliseconds(std::llround(std::clamp(seconds, 0.0, k_last_second) * 1000))); }

answer read_answer(const result<model::metric_answer>& came) {
  if (!came) return {.what = fault_of(came.error()), .words = truncate(came.error().message, k_words_limit)};
  answer out = read_series(came->series);
  out.warnings = cut(came->warnings);
  return out;
}

look read_look(const model::metric_gate& gate, const answers& came, wall_time now) {
  if (const auto too_few = judge_traffic(gate, came.traffic)) return *too_few;
  if (const auto too_old = judge_age(gate, came, now)) return *too_old;
  look out = without_value(came.value);
  if (came.traffic) out.samples = came.traffic->value;
  if (out.what == reading::value) out.value = came.value.value;
  return out;
}

}  // namespace leadsman::analysis
