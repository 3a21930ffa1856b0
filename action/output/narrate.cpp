#include "action/output/narrate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/clock.hpp"
#include "base/text.hpp"

namespace leadsman::action {

using model::step_kind;
using model::step_status;

namespace {
constexpr size_t k_message_limit = 160;  // bytes: the whole of it comes with the evidence
}

namespace {

std::string_view word_of(step_kind kind) {
  switch (kind) {
    case step_kind::acquire: return "take the release";
    case step_kind::look: return "look at what is deployed";
    case step_kind::preflight: return "check chart, values and manifest";
    case step_kind::clear_canary: return "take the earlier canary away";
    case step_kind::start_canary: return "start the canary";
    case step_kind::shift: return "traffic to the canary";
    case step_kind::test_canary: return "helm test of the canary";
    case step_kind::analyze: return "measure the canary";
    case step_kind::hold: return "pause";
    case step_kind::home: return "all traffic to stable";
    case step_kind::remove_canary: return "remove the canary";
    case step_kind::upgrade: return "helm upgrade --install";
    case step_kind::test: return "helm test";
    case step_kind::record: return "enter as verified";
    case step_kind::evidence: return "find out why";
    case step_kind::rollback: return "helm rollback";
    case step_kind::prove: return "prove the way back";
    case step_kind::uninstall: return "remove the failed installation";
  }
  return "step";
}

}  // namespace

std::string title_of(step_kind kind, std::optional<int> weight) {
  if (kind == step_kind::analyze && !weight) return "measure the release";
  const std::string title(word_of(kind));
  return weight ? fmt::format("{} {} %", title, *weight) : title;
}

std::string_view mark_of(step_status status) {
  return status == step_status::done ? "✓" : status == step_status::failed ? "✗" : "●";
}

style style_of(step_status status) {
  return status == step_status::done ? style::good : status == step_status::failed ? style::bad : style::accent;
}

styled_line step_line(const step_progress& step) {
  styled_line line{{style_of(step.status), mark_of(step.status)}, {style::bold, fmt::format(" {}", title_of(step.kind, step.weight))}};
  if (!step.weight && step.attempt > 1) line.emplace_back(style::dim, fmt::format(" (attempt {})", step.attempt));
  line.emplace_back(style::dim, "  " + format_duration(step.took));
  if (step.status != step_status::failed) {
    if (!step.message.empty()) line.emplace_back(style::dim, "  " + truncate(step.message, k_message_limit));
    return line;
  }
  if (!step.reason.empty()) line.emplace_back(style::bad, "  " + step.reason);
  if (!step.message.empty()) line.emplace_back(style::plain, ": " + truncate(step.message, k_message_limit));
  return line;
}

std::string name_of(const wire::workload_progress& w) { return w.kind + "/" + w.name; }

styled_line workload_line(const wire::workload_progress& w) {
  const bool ready = w.state == "ready";
  const bool failed = w.state == "failed";
  const style look = ready ? style::good : failed ? style::bad : style::accent;
  styled_line line{{look, ready ? "✓ " : failed ? "✗ " : "● "}, {style::plain, name_of(w)}};
  if (w.reason == wire::k_not_observed) {
    line.emplace_back(style::dim, "  waiting for its controller");
    return line;
  }
  line.emplace_back(look, fmt::format("  {}/{} ready", w.ready, w.desired));
  if (w.updated < w.desired) line.emplace_back(style::dim, fmt::format(", {} updated", w.updated));
  if (!w.reason.empty()) line.emplace_back(failed ? style::bad : style::warn, "  " + w.reason);
  if (!w.message.empty()) line.emplace_back(style::dim, ": " + truncate(w.message, k_message_limit));
  return line;
}

styled_line pod_line(const wire::pod_progress& p) {
  const bool well = p.reason.empty() && p.containers > 0 && p.ready_containers == p.containers;
  styled_line line{{style::dim, "pod "}, {style::plain, p.name}, {well ? style::good : style::plain, "  " + p.phase}};
  line.emplace_back(style::dim, fmt::format(" {}/{}", p.ready_containers, p.containers));
  if (p.restarts > 0) line.emplace_back(style::warn, fmt::format("  {} restart{}", p.restarts, p.restarts == 1 ? "" : "s"));
  if (!p.reason.empty()) line.emplace_back(style::bad, "  " + p.reason);
  if (!p.message.empty()) line.emplace_back(style::dim, ": " + truncate(p.message, k_message_limit));
  return line;
}

namespace {

spoken_line marked_line(style look, std::string_view mark, std::string_view text, bool foreign = false) {
  return {{{look, mark}, {style::plain, text}}, foreign};
}

spoken_line indented_line(size_t columns, styled_line line) {
  line.insert(line.begin(), span(style::plain, std::string(columns, ' ')));
  return {std::move(line), true};
}

std::vector<spoken_line> step_lines(const progress& before, const model::event& event, detail how_much) {
  progress after = before;
  apply(after, event);
  const auto change = data_of<wire::step_change>(event);
  if (!change) return {};
  const auto at = std::ranges::find_if(
      after.steps, [&](const auto& s) { return s.kind == change->step && s.attempt == change->attempt; });
  if (at == after.steps.end()) return {};
  if (at->status != step_status::intended) return {{step_line(*at), !at->message.empty()}};
  if (how_much == detail::milestones) return {};
  return {marked_line(style::accent, "● ", title_of(at->kind, at->weight))};
}

// Reasons and states of pods are said when they change; counts alone are the workload's line.
std::vector<spoken_line> workload_lines(const progress& before, const model::event& event, detail how_much) {
  const auto now = data_of<wire::workload_progress>(event);
  if (!now || how_much == detail::milestones) return {};
  const auto known = std::ranges::find_if(before.workloads, [&](const auto& w) { return name_of(w) == name_of(*now); });
  const bool first = known == before.workloads.end();
  std::vector<spoken_line> lines;
  if (first || plain_text(workload_line(*known)) != plain_text(workload_line(*now))) {
    lines.push_back(indented_line(2, workload_line(*now)));
  }
  for (const wire::pod_progress& pod : now->pods) {
    if (pod.reason.empty()) continue;
    const auto same = [&](const auto& p) { return p.name == pod.name && p.reason == pod.reason; };
    if (!first && std::ranges::any_of(known->pods, same)) continue;
    lines.push_back(indented_line(4, pod_line(pod)));
  }
  return lines;
}

std::vector<spoken_line> log_lines(const model::event& event) {
  const auto batch = data_of<wire::log_lines>(event);
  if (!batch) return {};
  const std::string source = batch->container.empty() ? batch->test : batch->test + "/" + batch->container;
  std::vector<spoken_line> lines;
  for (const std::string& text : batch->lines) {
    lines.push_back({{{style::dim, "  " + source + " │ "}, {style::plain, text}}, true});
  }
  if (batch->truncated) lines.push_back({{{style::warn, "  " + source + " │ … more was said than is kept"}}, true});
  return lines;
}

// What a phase has to say beyond its name, such as how long a pause is.
std::vector<spoken_line> phase_lines(const model::event& event) {
  const auto change = data_of<wire::phase_change>(event);
  if (!change || event.message.empty() || event.message == model::word_of(model::k_phase, change->phase)) return {};
  return {marked_line(style::warn, "◌ ", event.message, true)};
}

// That a weight is in effect is the word of the step, whose end comes next.
std::vector<spoken_line> weight_lines(const model::event& event) {
  const auto change = data_of<wire::weight_change>(event);
  if (!change || change->stage == wire::weight_stage::in_effect) return {};
  return {indented_line(2, {{style::dim, event.message}})};
}

std::vector<spoken_line> waiting_lines(const model::event& event) {
  std::vector<spoken_line> lines{marked_line(style::warn, "◌ ", event.message.empty() ? "waiting for the release" : event.message, true)};
  const auto who = data_of<wire::holder>(event);
  if (!who) return lines;
  styled_line held{{style::dim, "  held by "}};
  held.emplace_back(style::plain, who->repository.empty() ? who->agent : who->repository);
  if (!who->run_id.empty()) held.emplace_back(style::plain, " run " + who->run_id);
  if (!who->step.empty()) held.emplace_back(style::plain, ", step " + who->step);
  if (!who->since.empty()) held.emplace_back(style::dim, " since " + who->since);
  if (!who->url.empty()) held.emplace_back(style::dim, "  " + who->url);
  lines.push_back({std::move(held), true});
  return lines;
}

}  // namespace

std::vector<spoken_line> narrate(const progress& before, const model::event& event, detail how_much) {
  using model::event_kind;
  switch (event.kind) {
    case event_kind::step: return step_lines(before, event, how_much);
    case event_kind::workload: return workload_lines(before, event, how_much);
    case event_kind::log: return log_lines(event);
    case event_kind::waiting: return waiting_lines(event);
    case event_kind::weight: return weight_lines(event);
    case event_kind::measurement: return {indented_line(2, {{style::plain, event.message}})};
    case event_kind::promote: return {marked_line(style::accent, "▲ ", event.message, true)};
    case event_kind::warning: return {marked_line(style::warn, "! ", event.message, true)};
    case event_kind::cancel: return {marked_line(style::warn, "■ ", event.message.empty() ? "asked to stop" : event.message, true)};
    case event_kind::attached: return {marked_line(style::accent, "↪ ", event.message.empty() ? "attached" : event.message, true)};
    case event_kind::planned:
      if (event.message.empty()) return {};
      return {marked_line(style::dim, "  ", event.message, true)};
    case event_kind::phase: return phase_lines(event);
    case event_kind::created:
    case event_kind::verdict:  // the step's end says it
    case event_kind::evidence:
    case event_kind::proof:
    case event_kind::finished: return {};
  }
  return {};
}

}  // namespace leadsman::action
