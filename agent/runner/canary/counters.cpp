#include "runner/canary/counters.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/counted.hpp"
#include "analysis/query.hpp"
#include "analysis/reading.hpp"
#include "plugin/metric.hpp"
#include "runner/canary/examine.hpp"
#include "runner/canary/route_io.hpp"
#include "runner/gate/subjects.hpp"
#include "wire/shown.hpp"

namespace leadsman::runner {

using analysis::answer;
using analysis::reading;
using analysis::share_finding;
using namespace std::chrono_literals;

namespace {

constexpr auto k_between_counts = 1s;

// What is asked about each side.
struct counter_questions {
  analysis::counter_queries canary;
  analysis::counter_queries stable;
};

task<result<counter_questions>> counter_questions_of(rollout& r, model::request_source from) {
  const analysis::counter_queries pattern = analysis::queries_of_counters(from);
  measured_services services{examined_canary(r).service, router_of(r).service};
  auto finding = find_subjects(*r.target.api, r.release(), std::move(services), false);
  LEADSMAN_CO_TRY(const analysis::subjects who, co_await std::move(finding));
  counter_questions out;
  for (const auto& [which, about] : {std::pair(analysis::side::canary, &out.canary), std::pair(analysis::side::stable, &out.stable)}) {
    LEADSMAN_CO_TRY(about->requests, analysis::fill_query(pattern.requests, who, which, {}));
    LEADSMAN_CO_TRY(about->oldest, analysis::fill_query(pattern.oldest, who, which, {}));
  }
  co_return out;
}

// `at` by the source's own clock, so that both sides are seen at the same moment; absent: now.
task<answer> ask_counter(rollout& r, std::string query, std::optional<wall_time> at) {
  plugin::metric_question question{std::move(query), at};
  auto asking = plugin::ask_metric(r.shared.plugins, *r.request.canary->metrics, std::move(question));
  const auto came = co_await std::move(asking);
  co_return analysis::read_answer(came);
}

std::unexpected<error> no_count(const answer& came) { return fail(errc::unavailable, came.words.empty() ? std::string(model::word_of(analysis::k_reading, came.what)) : came.words); }

task<result<double>> counter_value(rollout& r, std::string query, wall_time at) {
  const answer came = co_await ask_counter(r, std::move(query), at);
  if (came.what != reading::value) co_return no_count(came);
  co_return came.value;
}

// Absent: there is no series yet.
task<result<std::optional<wall_time>>> sample_time(rollout& r, std::string query, wall_time at) {
  const answer came = co_await ask_counter(r, std::move(query), at);
  if (came.what == reading::no_data) co_return std::optional<wall_time>{};
  if (came.what != reading::value) co_return no_count(came);
  co_return analysis::time_of(came.value);
}

task<result<analysis::counted>> count_once(rollout& r, counter_questions ask_for) {
  const answer first = co_await ask_counter(r, ask_for.canary.requests, std::nullopt);
  if (first.what != reading::value || !first.at) co_return no_count(first);
  const wall_time at = *first.at;
  analysis::counted out;
  out.at = at;
  out.canary = first.value;
  LEADSMAN_CO_TRY(out.stable, co_await counter_value(r, ask_for.stable.requests, at));
  LEADSMAN_CO_TRY(const auto of_canary, co_await sample_time(r, ask_for.canary.oldest, at));
  LEADSMAN_CO_TRY(const auto of_stable, co_await sample_time(r, ask_for.stable.oldest, at));
  if (!of_canary && !of_stable) co_return fail(errc::not_found, "neither Service has a counter there");
  out.oldest = std::min(of_canary.value_or(wall_time::max()), of_stable.value_or(wall_time::max()));
  co_return out;
}

std::string counted_text(const analysis::traffic_finding& found, std::chrono::milliseconds timeout) {
  const std::string all = wire::grouped(found.seen.all) + (found.seen.all == 1 ? " request" : " requests");
  if (found.finding == share_finding::too_few) return all + " in " + format_duration(timeout);
  return wire::shown(found.seen.share(), model::unit::share) + " of " + all + (found.finding == share_finding::differs ? " went to the canary" : "");
}

sighting counted_sighting(const analysis::traffic_finding& found, std::chrono::milliseconds timeout) {
  sighting out{.by = "counters", .message = counted_text(found, timeout), .seen = found.seen};
  if (found.finding == share_finding::fits) out.says = sighting::verdict::confirmed;
  if (found.finding == share_finding::differs) out.says = sighting::verdict::contradicted;
  return out;
}

sighting counters_unknown(std::string why) { return {.by = "counters", .message = std::move(why)}; }

}  // namespace

task<sighting> read_counters(rollout& r, expected_traffic wanted, std::function<bool()> stop) {
  const model::traffic_check check = *r.request.canary->in_effect;
  // Who matches is not told from who comes by weight.
  if (wanted.weight == 0 && !wanted.matches.empty()) co_return counters_unknown("the counters do not tell requests that match from others");
  const auto asked = co_await counter_questions_of(r, *check.counters);
  if (!asked) co_return counters_unknown(asked.error().message);
  const auto began = std::chrono::steady_clock::now();
  std::vector<analysis::counted> looks;
  std::string silence;
  for (;;) {
    const uint64_t changed = r.changed.version();
    const auto came = co_await count_once(r, *asked);
    silence = came ? "" : came.error().message;
    if (came) looks.push_back(*came);
    const bool over = std::chrono::steady_clock::now() - began >= check.timeout;
    const analysis::traffic_finding found = looks.empty() ? analysis::traffic_finding{} : analysis::assess_counted(wanted.weight, check.samples, !wanted.matches.empty(), looks);
    if (found.finding == share_finding::fits) co_return counted_sighting(found, check.timeout);
    if (stop()) co_return counters_unknown("it was stopped before that was known");
    if (over && !silence.empty() && found.finding == share_finding::too_few) co_return counters_unknown(silence);
    if (over) co_return counted_sighting(found, check.timeout);
    co_await r.changed.wait_change(changed, k_between_counts);
  }
}

}  // namespace leadsman::runner
