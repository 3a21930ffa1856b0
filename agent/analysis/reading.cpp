#include "analysis/reading.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "analysis/ready_made.hpp"
#include "base/text.hpp"

namespace leadsman::analysis {

using nlohmann::json;

namespace {

constexpr size_t k_words_limit = 500;  // bytes of what a source says
constexpr size_t k_warnings_limit = 5;

reading fault_of(const error& e) {
  switch (e.code) {
    case errc::invalid_input: return reading::invalid_query;
    case errc::refused:
    case errc::forbidden:
    case errc::unauthenticated: return reading::rejected;
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

std::string labels_of(const json& series) {
  const auto labels = series.find("labels");
  return labels == series.end() ? "{}" : labels->dump(-1, ' ', false, json::error_handler_t::replace);
}

answer read_series(const json& series) {
  if (!series.is_array()) return bad("'series' is no list");
  if (series.empty()) return {.what = reading::no_data, .words = "the query has no result"};
  if (!std::ranges::all_of(series, [](const json& s) { return s.is_object(); })) return bad("'series' has something else than mappings");
  if (series.size() > 1) {
    const std::string some = labels_of(series[0]) + " and " + labels_of(series[1]);
    return {.what = reading::several_series, .words = truncate("the query has " + std::to_string(series.size()) + " results, such as " + some + "; it needs sum() or max()", k_words_limit)};
  }
  const auto value = series[0].find("value");
  if (value == series[0].end() || !value->is_string()) return bad("a series has no text 'value'");
  answer out = read_value(value->get<std::string>());
  const auto at = series[0].find("at");
  // Beyond these years it is no time, and no number that fits one either.
  if (at != series[0].end() && at->is_number() && std::abs(at->get<double>()) < 1e11) {
    out.at = wall_time(std::chrono::milliseconds(std::llround(at->get<double>() * 1000)));
  }
  return out;
}

std::vector<std::string> read_warnings(const json& body) {
  std::vector<std::string> out;
  const auto list = body.find("warnings");
  if (list == body.end() || !list->is_array()) return out;
  for (const json& w : *list) {
    if (w.is_string() && out.size() < k_warnings_limit) out.push_back(truncate(w.get<std::string>(), k_words_limit));
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
    taken = wall_time(std::chrono::milliseconds(std::llround(std::clamp(came.newest->value, 0.0, 1e11) * 1000)));
    // Both by the source's clock, whatever ours says.
    now = came.newest->at.value_or(now);
  }
  if (!taken || now - *taken <= gate.measuring.stale_after) return std::nullopt;
  return look{.what = reading::stale, .words = "the newest sample is " + format_duration(now - *taken) + " old"};
}

}  // namespace

answer read_answer(const result<json>& came) {
  if (!came) return {.what = fault_of(came.error()), .words = truncate(came.error().message, k_words_limit)};
  if (!came->is_object() || !came->contains("series")) return bad("the answer has no 'series'");
  answer out = read_series(came->at("series"));
  out.warnings = read_warnings(*came);
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
