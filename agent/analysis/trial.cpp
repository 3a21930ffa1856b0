#include "analysis/trial.hpp"

#include <algorithm>
#include <iterator>

#include "analysis/judge.hpp"
#include "base/text.hpp"

namespace leadsman::analysis {

namespace {

constexpr size_t k_query_limit = 300;  // bytes of a query in a message

struct trial_advice {
  reading what;
  const char* mend;
};

constexpr trial_advice k_advice[]{
    {reading::no_data, "is stable scraped, with the labels of the query? A canary without numbers is no success"},
    {reading::not_a_number, "a division by zero? Without requests the canary's number would be none, too"},
    {reading::infinite, "a division by zero? Without requests the canary's number would be none, too"},
    {reading::stale, "does the source still scrape it?"},
    {reading::no_traffic, "the canary gets a share of this only: wait for traffic, or look at a longer window"},
    {reading::several_series, "put sum() or max() around it"},
    {reading::unreachable, "a rollout whose source does not answer fails; look at metrics.address, and at the network of the agent"},
    {reading::rejected, "see to the credentials that the operator gave the plugin, and to the address"},
    {reading::invalid_query, "correct the query"},
    {reading::bad_answer, "see to the metric plugin: leadsman plugin check"},
};

std::string advice_for(reading what) {
  const auto at = std::ranges::find(k_advice, what, &trial_advice::what);
  return at == std::end(k_advice) ? "" : at->mend;
}

// The question that went wrong, and how it was answered; null when none did.
struct faulty {
  const std::string* query = nullptr;
  const answer* came = nullptr;
};

faulty find_fault(const questions& asked, const answers& came) {
  faulty found;
  const auto look_at = [&](const std::string& query, const answer* a) {
    if (!a || !is_fault(a->what)) return;
    if (!found.came || a->what == reading::invalid_query) found = {&query, a};
  };
  look_at(asked.newest, came.newest ? &*came.newest : nullptr);
  look_at(asked.traffic, came.traffic ? &*came.traffic : nullptr);
  look_at(asked.value, &came.value);
  return found;
}

wire::verdict verdict_of(const model::metric_gate& gate, reading what) {
  const bool sure = what == reading::several_series || what == reading::rejected || what == reading::invalid_query || what == reading::bad_answer;
  return sure && !gate.advisory ? wire::verdict::failed : wire::verdict::warning;
}

wire::check metric_row(const std::string& found, wire::verdict verdict, std::string mend) { return {"metric", verdict, found, std::move(mend)}; }

std::string with_query(std::string advice, const std::string& query) { return advice + "\nasked: " + truncate(query, k_query_limit); }

}  // namespace

trial assess_trial(const model::metric_gate& gate, const questions& asked, const answers& came, wall_time now) {
  model::metric_gate of_stable = gate;
  of_stable.name += " of stable";
  of_stable.against = model::against::nothing;
  measurement seen;
  const faulty fault = find_fault(asked, came);
  seen.canary = fault.came ? look{.what = fault.came->what, .words = fault.came->words} : read_look(gate, came, now);
  const judgement found = judge(of_stable, seen);
  trial out;
  out.hopeless = seen.canary.what == reading::invalid_query && !gate.advisory;
  if (found.finding == finding::good) out.row = metric_row(found.message, wire::verdict::ok, "");
  else if (found.finding == finding::bad) out.row = metric_row(found.message, wire::verdict::warning, "stable itself does not pass this gate now, and a canary that is as good would not either: look at the bound");
  else out.row = metric_row(found.message, verdict_of(gate, seen.canary.what), with_query(advice_for(seen.canary.what), fault.query ? *fault.query : asked.value));
  return out;
}

}  // namespace leadsman::analysis
