#include "action/output/progress.hpp"

#include <algorithm>

namespace leadsman::action {

subject subject_of(const model::deployment& d, std::string agent) {
  const std::string chart = d.chart.name.empty() ? "" : d.chart.name + "-" + d.chart.version;
  return {d.id, d.kind, d.release, d.environment, d.version, d.chart.name, chart, d.chart.source, std::move(agent)};
}

std::string title_of(const subject& shown) {
  std::string title = shown.release.name;
  if (!shown.environment.empty()) title += " → " + shown.environment;
  title += " (namespace " + shown.release.name_space;
  if (!shown.release.cluster.empty() && shown.release.cluster != "default") title += ", cluster " + shown.release.cluster;
  return title + ")";
}

namespace {

void take_step(progress& known, const model::event& event, const wire::step_change& change) {
  const auto same = [&](const step_progress& s) { return s.kind == change.step && s.attempt == change.attempt; };
  auto at = std::ranges::find_if(known.steps, same);
  if (at == known.steps.end()) {
    const std::chrono::milliseconds took(change.duration_ms);
    at = known.steps.insert(at, {change.step, change.attempt, change.weight, change.status, {}, {}, event.at - took, {}});
  }
  at->status = change.status;
  at->weight = change.weight;
  at->reason = change.reason;
  at->message = event.message;
  if (change.status != model::step_status::intended) at->took = std::chrono::milliseconds(change.duration_ms);
}

void take_workload(progress& known, wire::workload_progress change) {
  const auto same = [&](const auto& w) { return w.kind == change.kind && w.name == change.name; };
  const auto at = std::ranges::find_if(known.workloads, same);
  if (at == known.workloads.end()) known.workloads.push_back(std::move(change));
  else *at = std::move(change);
}

void take_log(progress& known, wire::log_lines batch) {
  known.logs_cut = known.logs_cut || batch.truncated;
  known.log_lines += batch.lines.size();
  known.logs.push_back(std::move(batch));
  while (known.log_lines > progress::k_log_lines && known.logs.size() > 1) {
    known.log_lines -= known.logs.front().lines.size();
    known.logs.erase(known.logs.begin());
    known.logs_cut = true;
  }
}

void take_verdict(progress& known, wire::analysis_verdict verdict) {
  const step_progress* step = running_step(known);
  known.measured.push_back({step ? step->weight : std::nullopt, std::move(verdict)});
}

void take_phase(progress& known, const model::event& event, const wire::phase_change& change) {
  known.phase = change.phase;
  known.reason = change.reason;
  known.message = event.message;
  if (change.phase != model::phase::waiting) known.holder.reset();
}

void take_end(progress& known, const model::event& event, wire::finished end) {
  known.message = event.message;
  known.phase = end.phase;
  known.reason = end.reason;
  known.finished = std::move(end);
}

// Calls `take` with the event's data, or keeps the oddity.
template <class T, class Take>
void with_data(progress& known, const model::event& event, Take take) {
  result<T> data = data_of<T>(event);
  if (data) return take(std::move(*data));
  known.oddities.push_back("event " + std::to_string(event.seq) + ": " + data.error().message);
}

}  // namespace

void apply(progress& known, const model::event& event) {
  using model::event_kind;
  if (!known.first_at) known.first_at = event.at;
  known.last_at = event.at;
  known.last_seq = std::max(known.last_seq, event.seq);
  switch (event.kind) {
    case event_kind::step:
      return with_data<wire::step_change>(known, event, [&](auto d) { take_step(known, event, d); });
    case event_kind::phase:
      return with_data<wire::phase_change>(known, event, [&](auto d) { take_phase(known, event, d); });
    case event_kind::workload:
      return with_data<wire::workload_progress>(known, event, [&](auto d) { take_workload(known, std::move(d)); });
    case event_kind::log:
      return with_data<wire::log_lines>(known, event, [&](auto d) { take_log(known, std::move(d)); });
    case event_kind::waiting:
      return with_data<wire::holder>(known, event, [&](auto d) { known.holder = std::move(d); });
    case event_kind::evidence:
      return with_data<wire::evidence>(known, event, [&](auto d) { known.evidence = std::move(d); });
    case event_kind::proof:
      return with_data<wire::proof>(known, event, [&](auto d) { known.proofs.push_back(std::move(d)); });
    case event_kind::finished:
      return with_data<wire::finished>(known, event, [&](auto d) { take_end(known, event, std::move(d)); });
    case event_kind::warning: known.warnings.push_back(event.message); return;
    case event_kind::verdict:
      return with_data<wire::analysis_verdict>(known, event, [&](auto d) { take_verdict(known, std::move(d)); });
    case event_kind::created:
    case event_kind::attached:
    case event_kind::planned:
    case event_kind::weight:
    case event_kind::measurement:
    case event_kind::promote:
    case event_kind::cancel: return;
  }
}

const step_progress* running_step(const progress& known) {
  if (known.finished) return nullptr;
  for (auto step = known.steps.rbegin(); step != known.steps.rend(); ++step) {
    if (step->status == model::step_status::intended) return &*step;
  }
  return nullptr;
}

}  // namespace leadsman::action
