#include "action/output/closing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "action/output/clean.hpp"
#include "base/clock.hpp"

namespace leadsman::action {

using model::phase;
using model::rollback_outcome;

namespace {

constexpr size_t k_log_lines_shown = 20;  // of each container; the summary has more

std::string_view verb_of(const subject& shown) {
  switch (shown.kind) {
    case model::request_kind::rollback: return "rolled back";
    case model::request_kind::promote: return "promoted";
    case model::request_kind::abort: return "rid of its canary";
    case model::request_kind::deploy: break;
  }
  return "deployed";
}

bool ended_well(const progress& known) { return known.phase == phase::succeeded; }

spoken_line foreign(size_t indent, style look, std::string_view text) {
  return {{{style::plain, std::string(indent, ' ')}, {look, text}}, true};
}

// Kubernetes repeats a message in pod, container, workload and events. Each is worth reading once.
class evidence_writer {
 public:
  evidence_writer(size_t log_limit, std::vector<std::string> said) : log_limit_(log_limit), said_(std::move(said)) {}

  void add_workload(const wire::workload_evidence& w) {
    add(2, style::bold, w.kind + "/" + w.name + labelled(w.reason) + fresh(w.message));
    for (const wire::pod_evidence& pod : w.pods) add_pod(pod);
    for (const wire::cluster_event& e : w.events) add_event(e);
  }

  void add_helm(std::string_view text) {
    for (const std::string& line : clean_lines(text)) {
      if (const std::string news = fresh(line); !news.empty()) add(2, style::plain, "helm" + news);
    }
  }

  std::vector<spoken_line> take() { return std::move(out_); }

 private:
  void add(size_t indent, style look, std::string_view text) { out_.push_back(foreign(indent, look, text)); }
  static std::string labelled(const std::string& text) { return text.empty() ? "" : ": " + text; }

  bool is_known(const std::string& text) const {
    constexpr size_t k_short = 24;  // repeating these costs nothing
    return text.size() > k_short && std::ranges::any_of(said_, [&](const std::string& s) { return s.find(text) != std::string::npos; });
  }

  // ": text", or nothing when it was said before.
  std::string fresh(const std::string& text) {
    if (text.empty() || is_known(text)) return "";
    said_.push_back(text);
    return ": " + text;
  }

  void add_pod(const wire::pod_evidence& pod) {
    add(4, style::plain, fmt::format("pod {}: {}", pod.name, pod.phase));
    for (const wire::container_evidence& c : pod.containers) add_container(c);
    for (const std::string& condition : pod.conditions) {
      if (const std::string news = fresh(condition.substr(after_container(condition, pod))); !news.empty()) add(6, style::dim, condition);
    }
  }

  // "ErrImagePull: container app: <what the container says itself>": compared without what stands before.
  static size_t after_container(const std::string& condition, const wire::pod_evidence& pod) {
    for (const wire::container_evidence& c : pod.containers) {
      const std::string mark = "container " + c.name + ": ";
      if (const size_t at = condition.find(mark); at != std::string::npos) return at + mark.size();
    }
    return 0;
  }

  void add_container(const wire::container_evidence& c) {
    std::string state = fmt::format("container {}: {}", c.name, c.state);
    if (!c.reason.empty()) state += " " + c.reason;
    if (c.exit_code) state += fmt::format(", exit code {}", *c.exit_code);
    if (c.restarts > 0) state += fmt::format(", {} restart{}", c.restarts, c.restarts == 1 ? "" : "s");
    add(6, style::plain, state + fresh(c.message));
    const size_t from = c.log.size() > log_limit_ ? c.log.size() - log_limit_ : 0;
    for (size_t i = from; i < c.log.size(); ++i) out_.push_back({{{style::dim, "        │ "}, {style::plain, c.log[i]}}, true});
  }

  // What is normal explains nothing.
  void add_event(const wire::cluster_event& e) {
    if (e.type == "Normal" || is_known(e.message)) return;
    const std::string times = e.count > 1 ? fmt::format(" ({} times)", e.count) : "";
    add(4, style::dim, fmt::format("event {} on {}{}{}", e.reason, e.object, fresh(e.message), times));
  }

  size_t log_limit_;
  std::vector<std::string> said_;
  std::vector<spoken_line> out_;
};

void add_failed_checks(std::vector<spoken_line>& out, const progress& known) {
  for (const wire::proof& proof : known.proofs) {
    for (const wire::proof_check& check : proof.checks) {
      if (check.ok) continue;
      out.push_back(foreign(2, style::bad, fmt::format("✗ {} of {}: expected {}, found {}", check.what, check.object,
                                                       check.expected, check.found)));
    }
  }
}

spoken_line labelled(std::string_view label, std::string_view text, style look = style::plain) {
  return {{{style::bold, fmt::format("{:<14}", label)}, {look, text}}, true};
}

}  // namespace

std::vector<spoken_line> evidence_lines(const wire::evidence& why, size_t log_limit, std::vector<std::string> said) {
  evidence_writer writer(log_limit, std::move(said));
  writer.add_helm(why.helm_error);
  for (const wire::workload_evidence& w : why.workloads) writer.add_workload(w);
  return writer.take();
}

std::string headline_of(const progress& known) {
  const std::string title = title_of(known.shown);
  const std::string because = known.reason.empty() ? "" : ": " + known.reason;
  if (known.finished && known.finished->rollback == rollback_outcome::failed) {
    return title + ": THE WAY BACK FAILED TOO, somebody has to look now" + because;
  }
  switch (known.phase) {
    case phase::succeeded:
      if (known.reason == model::reason::k_no_change) return title + " is up to date: nothing to change";
      if (known.reason == model::reason::k_kept_both) return fmt::format("{} has a canary beside it: {}", title, known.message);
      if (known.reason == model::reason::k_canary_removed) return title + " has no canary any more";
      return fmt::format("{} was {}", title, verb_of(known.shown));
    case phase::rolled_back: return fmt::format("{} was not {} and is as before{}", title, verb_of(known.shown), because);
    case phase::kept: return fmt::format("{} failed and was left as it is{}", title, because);
    case phase::declined: return title + " was not started" + because;
    case phase::canceled: return title + " was canceled" + because;
    case phase::superseded: return title + " gave way to a newer deployment";
    case phase::failed: return fmt::format("{} was not {}{}", title, verb_of(known.shown), because);
    default: return fmt::format("{} is {}", title, model::word_of(model::k_phase, known.phase));
  }
}

std::string done_about_it(const progress& known) {
  if (!known.finished) return "";
  const wire::finished& end = *known.finished;
  if (end.rollback == rollback_outcome::none) {
    if (end.phase == phase::kept) return "nothing: on-failure is keep";
    return end.phase == phase::succeeded || end.phase == phase::declined ? "" : "nothing was rolled back";
  }
  size_t checks = 0;
  size_t passed = 0;
  for (const wire::proof& proof : known.proofs) {
    for (const wire::proof_check& check : proof.checks) ++checks, passed += check.ok ? 1 : 0;
  }
  const int target = known.proofs.empty() ? 0 : known.proofs.back().target_revision;
  const std::string where = target > 0 ? fmt::format(" to the state of revision {}", target) : "";
  const std::string proof = checks > 0 ? fmt::format(", {} of {} checks passed", passed, checks) : "";
  const bool well = end.rollback == rollback_outcome::succeeded;
  const std::string what = known.shown.kind == model::request_kind::abort ? "the canary was taken away" : "rolled back" + where;
  return fmt::format("{}{}{}", what, well ? ": succeeded" : ": FAILED", proof);
}

std::string true_now(const progress& known) {
  if (!known.finished) return "";
  const wire::finished& end = *known.finished;
  if (end.phase == phase::rolled_back && !end.previous_revision) return "the release is not installed, as before";
  if (!end.revision) return "";
  std::string text = fmt::format("revision {} is in the cluster", *end.revision);
  if (end.previous_revision && end.previous_revision != end.revision) text += fmt::format(" (before: revision {})", *end.previous_revision);
  return text;
}

namespace {

// The most probable cause, then what was concluded, then what both were seen by.
void add_reason(std::vector<spoken_line>& out, const progress& known) {
  const std::string headline = known.evidence ? known.evidence->headline : "";
  const bool two = !headline.empty() && known.message.find(headline) == std::string::npos;
  if (two) out.push_back(labelled("Why", headline, style::bad));
  if (!known.message.empty()) out.push_back(labelled(two ? "" : "Why", known.message, two ? style::plain : style::bad));
  if (!known.evidence) return;
  for (spoken_line& line : evidence_lines(*known.evidence, k_log_lines_shown, {known.message, headline})) out.push_back(std::move(line));
}

}  // namespace

std::vector<spoken_line> closing_lines(const progress& known) {
  if (!known.finished) return {};
  const wire::finished& end = *known.finished;
  const bool well = ended_well(known);
  const style look = well ? style::good : style::bad;
  const std::string took = end.duration_ms > 0 ? "  " + format_duration(std::chrono::milliseconds(end.duration_ms)) : "";
  std::vector<spoken_line> out{{{{look, well ? "✓ " : "✗ "}, {style::bold, headline_of(known)}, {style::dim, took}}, true}};
  if (!well) add_reason(out, known);
  if (const std::string done = done_about_it(known); !done.empty()) out.push_back(labelled("What was done", done));
  add_failed_checks(out, known);
  if (const std::string now = true_now(known); !now.empty()) out.push_back(labelled("True now", now));
  if (!end.next.empty()) out.push_back(labelled("Next", end.next, style::accent));
  return out;
}

}  // namespace leadsman::action
