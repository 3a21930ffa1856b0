#include "helm/classify.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>

#include "base/text.hpp"

namespace leadsman::helm {

namespace {

bool has(std::string_view text, std::string_view word) { return text.find(word) != std::string_view::npos; }

bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return has(text, word); });
}

struct rule {
  std::string_view contains;
  failure_class kind;
};

// helm 4.2's words, seen or read in its source (docs of each class: classify.hpp). The first row that fits decides, so
// what is more telling stands above what comes along with it: a failed hook also says "context deadline exceeded".
constexpr std::array k_rules{
    rule{"context canceled", failure_class::cancelled},
    rule{"plugin \"leadsman-gate\" exited with error", failure_class::held_back},
    rule{"provide credentials", failure_class::denied},
    rule{"kubernetes cluster unreachable:", failure_class::cluster_unreachable},
    rule{"failed calling webhook", failure_class::denied},  // whose own network trouble follows
    rule{"etcdserver: ", failure_class::cluster_unreachable},
    rule{"request did not complete within requested timeout", failure_class::cluster_unreachable},
    rule{"unable to return a response in the time allotted", failure_class::cluster_unreachable},
    rule{"connect: connection refused", failure_class::cluster_unreachable},
    rule{"connect: no route to host", failure_class::cluster_unreachable},
    rule{"connection reset by peer", failure_class::cluster_unreachable},
    rule{"client connection lost", failure_class::cluster_unreachable},
    rule{"TLS handshake timeout", failure_class::cluster_unreachable},
    rule{"\": EOF", failure_class::cluster_unreachable},
    rule{"\": unexpected EOF", failure_class::cluster_unreachable},
    rule{"another operation (install/upgrade/rollback) is in progress", failure_class::in_progress},
    rule{"release: already exists", failure_class::lost_race},
    rule{"cannot reuse a name that is still in use", failure_class::lost_race},
    rule{"conflict occurred while applying object", failure_class::conflict},
    rule{"invalid ownership metadata", failure_class::ownership},
    rule{"failed pre-", failure_class::hook},
    rule{"failed post-", failure_class::hook},
    rule{"hooks failed", failure_class::hook},
    rule{"has no deployed releases", failure_class::no_release},
    rule{"release: not found", failure_class::no_release},
    rule{"release has no ", failure_class::no_release},
    rule{"no matches for kind", failure_class::missing_kind},
    rule{"removed kubernetes api(s)", failure_class::missing_kind},
    rule{"is forbidden:", failure_class::denied},
    rule{"denied the request", failure_class::denied},
    rule{"values don't meet the specifications of the schema", failure_class::chart_or_values},
    rule{"execution error at (", failure_class::chart_or_values},
    rule{"parse error at (", failure_class::chart_or_values},
    rule{"  executing \"", failure_class::chart_or_values},
    rule{"nil pointer evaluating", failure_class::chart_or_values},
    rule{"YAML parse error on", failure_class::chart_or_values},
    rule{"unable to parse YAML", failure_class::chart_or_values},
    rule{"failed to parse", failure_class::chart_or_values},
    rule{"error validating", failure_class::chart_or_values},
    rule{"failed to create typed patch object", failure_class::chart_or_values},
    rule{" is invalid: ", failure_class::chart_or_values},
    rule{"chart(s) failed", failure_class::chart_or_values},
    rule{"release name is invalid", failure_class::chart_or_values},
    rule{"non-absolute URLs should be", failure_class::chart_or_values},
    rule{"Chart.yaml file is missing", failure_class::chart_or_values},
    rule{"missing in charts/ directory", failure_class::chart_or_values},
    rule{"no such file or directory", failure_class::chart_or_values},
    rule{"unable to build kubernetes objects", failure_class::chart_or_values},
    rule{"resource Pod/", failure_class::hook},  // helm waits for bare pods and jobs as hooks and tests
    rule{"resource Job/", failure_class::hook},
    rule{"context deadline exceeded", failure_class::timeout},
    rule{"not ready. status:", failure_class::timeout},
    rule{"timed out waiting for the condition", failure_class::timeout},
    rule{"create: failed to create:", failure_class::storage},
    rule{"update: failed to update:", failure_class::storage},
    rule{"query: failed to query", failure_class::storage},
};

bool is_log_line(std::string_view line) { return line.starts_with("level=") || line.starts_with("time="); }

// Between the first `before` and the next `after` behind it; moves `at` past it.
std::optional<std::string_view> between(std::string_view text, size_t& at, std::string_view before, std::string_view after) {
  const size_t begin = text.find(before, at);
  if (begin == std::string_view::npos) return std::nullopt;
  const size_t from = begin + before.size();
  const size_t end = text.find(after, from);
  if (end == std::string_view::npos) return std::nullopt;
  at = end + after.size();
  return text.substr(from, end - from);
}

// ".spec.replicas" or "- .data.a; - .data.b": up to the next manager or object.
std::string fields_of(std::string_view text) {
  for (const std::string_view end : {"conflict with \"", "conflicts with \"", " && "}) text = text.substr(0, text.find(end));
  std::vector<std::string> fields;
  for (std::string_view field : split(text, '\n')) {
    field = trim(field);
    if (field.starts_with("- ")) field = trim(field.substr(2));
    if (!field.empty()) fields.emplace_back(field);
  }
  return join(fields, ", ");
}

// `error_text` still with its line breaks: helm lists several fields one a line.
std::vector<field_conflict> conflicts_in(std::string_view error_text) {
  std::vector<field_conflict> found;
  size_t at = 0;
  while (const auto object = between(error_text, at, "conflict occurred while applying object ", ": Apply failed")) {
    const size_t end = std::min(error_text.find("conflict occurred while applying object ", at), error_text.size());
    const std::string_view part = error_text.substr(at, end - at);
    for (size_t inside = 0;;) {
      const auto manager = between(part, inside, " with \"", "\"");
      if (!manager) break;
      const size_t using_version = part.find(" using ", inside);
      const size_t colon = using_version == std::string_view::npos ? using_version : part.find(':', using_version);
      if (colon == std::string_view::npos) break;
      found.push_back({std::string(*manager), std::string(*object), fields_of(part.substr(colon + 1))});
      inside = colon;
    }
  }
  return found;
}

// From "Error: " to the end, log lines left out; everything when there is no such line.
std::string error_text_of(std::string_view error_output) {
  std::vector<std::string> all, from_error;
  bool in_error = false;
  for (std::string_view line : split(error_output, '\n')) {
    if (is_log_line(line)) continue;
    if (line.starts_with("Error: ")) {
      in_error = true;
      line.remove_prefix(std::string_view("Error: ").size());
    }
    (in_error ? from_error : all).emplace_back(line);
  }
  return join(in_error ? from_error : all, "\n");
}

std::string one_paragraph(std::string_view text) {
  for (const std::string_view prefix : {"UPGRADE FAILED: ", "INSTALLATION FAILED: "}) {
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  }
  std::string paragraph;
  for (const std::string_view line : split(text, '\n')) {
    const std::string_view words = trim(line);
    if (words.empty()) continue;
    if (!paragraph.empty()) paragraph += paragraph.ends_with(':') ? " " : "; ";
    paragraph += words;
  }
  return paragraph;
}

failure_class class_of(std::string_view text, std::string_view output) {
  for (const rule& row : k_rules) {
    if (has(text, row.contains)) return row.kind;
  }
  return has(output, " has been cancelled.") ? failure_class::cancelled : failure_class::unknown;
}

bool retry_may_help(failure_class kind, std::string_view text) {
  switch (kind) {
    case failure_class::cluster_unreachable: return !has_any(text, {"x509:", "certificate", "Unauthorized"});
    case failure_class::lost_race: return true;
    // A token that was replaced: helm reads the new one when it starts.
    case failure_class::denied: return has(text, "provide credentials");
    // A transient conflict that helm 4.2.3 does not retry by itself.
    case failure_class::conflict: return has(text, "resourcequotas") && has(text, "object has been modified");
    default: return false;
  }
}

}  // namespace

std::string_view to_string(failure_class value) {
  switch (value) {
    case failure_class::cluster_unreachable: return "cluster-unreachable";
    case failure_class::in_progress: return "in-progress";
    case failure_class::lost_race: return "lost-race";
    case failure_class::conflict: return "conflict";
    case failure_class::timeout: return "timeout";
    case failure_class::storage: return "storage";
    case failure_class::no_release: return "no-release";
    case failure_class::ownership: return "ownership";
    case failure_class::chart_or_values: return "chart-or-values";
    case failure_class::missing_kind: return "missing-kind";
    case failure_class::held_back: return "held-back";
    case failure_class::hook: return "hook";
    case failure_class::cancelled: return "cancelled";
    case failure_class::denied: return "denied";
    case failure_class::unknown: break;
  }
  return "unknown";
}

failure classify(std::string_view error_output, std::string_view output) {
  const std::string text = error_text_of(error_output);
  failure found;
  found.kind = class_of(text, output);
  found.message = one_paragraph(text);
  if (found.message.empty()) found.message = "helm failed and said nothing.";
  if (found.kind == failure_class::conflict) found.conflicts = conflicts_in(text);
  found.may_retry = retry_may_help(found.kind, text);
  return found;
}

std::string clean_messages(std::string_view error_output) {
  std::string clean;
  for (const std::string_view line : split(error_output, '\n')) {
    if (trim(line).empty() || is_log_line(line)) continue;
    clean += line;
    clean += '\n';
  }
  return clean;
}

}  // namespace leadsman::helm
