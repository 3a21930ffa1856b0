#include "action/output/github/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "action/output/closing.hpp"
#include "action/output/github/markdown.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"

namespace leadsman::action::github {

namespace {

// How much of what can be long is shown.
struct budget {
  size_t log_lines;       // of each container
  size_t test_log_lines;  // of all tests together
  size_t evidence_bytes;
};

std::string_view mark_of(const progress& known) {
  if (!known.finished) return "⏳";
  return known.phase == model::phase::succeeded ? "✅" : "❌";
}

std::string steps_table(const progress& known) {
  if (known.steps.empty()) return "";
  std::string out = "| step | | took | |\n|---|---|---:|---|\n";
  for (const step_progress& step : known.steps) {
    const bool ended = step.status != model::step_status::intended;
    const std::string mark(step.status == model::step_status::done ? "✅" : ended ? "❌" : "⏳");
    const std::string attempt = !step.weight && step.attempt > 1 ? fmt::format(" (attempt {})", step.attempt) : "";
    std::string note = step.reason;
    if (step.status == model::step_status::failed && !step.message.empty()) note += (note.empty() ? "" : ": ") + step.message;
    out += fmt::format("| {}{} | {} | {} | {} |\n", escape_markdown(title_of(step.kind, step.weight)), attempt, mark,
                       ended ? format_duration(step.took) : "", escape_markdown(truncate(note, 300)));
  }
  return out + "\n";
}

std::string reason_section(const progress& known, const budget& most) {
  if (!known.finished || known.phase == model::phase::succeeded) return "";
  if (!known.evidence && known.message.empty()) return "";
  std::string out = "### Why\n\n";
  if (!known.message.empty()) out += escape_markdown(truncate(known.message, 2000)) + "\n\n";
  if (!known.evidence) return out;
  if (!known.evidence->headline.empty()) out += escape_markdown(truncate(known.evidence->headline, 2000)) + "\n\n";
  std::vector<std::string> lines;
  size_t bytes = 0;
  for (const spoken_line& spoken : evidence_lines(*known.evidence, most.log_lines, {known.message, known.evidence->headline})) {
    lines.push_back(plain_text(spoken.line));
    bytes += lines.back().size() + 1;
    if (bytes <= most.evidence_bytes) continue;
    lines.back() = "… shortened";
    break;
  }
  return lines.empty() ? out : out + fenced(lines) + "\n";
}

std::string gate_row(const wire::gate_verdict& gate, const std::string& beside) {
  return fmt::format("{} | {}{} | {} | {} | {} | {} | {} |\n", escape_markdown(truncate(gate.gate, 100)), model::word_of(model::k_verdict, gate.verdict),
                     gate.advisory ? " (advisory)" : "", escape_markdown(gate.now), escape_markdown(gate.limit), escape_markdown(beside),
                     gate.values.size(), gate.sparkline);
}

void add_query(std::vector<std::string>& queries, const wire::gate_verdict& gate) {
  const std::string line = gate.gate + " every " + gate.interval + ": " + truncate(gate.query, 500);
  if (!gate.query.empty() && std::ranges::find(queries, line) == queries.end()) queries.push_back(line);
}

// A row a gate, of each weight or of the release after its upgrade: what was measured, against what, and how it ended; the
// queries below, folded.
std::string metrics_section(const progress& known, bool of_canary) {
  std::string rows;
  std::vector<std::string> queries;
  for (const measured_step& measured : known.measured) {
    if (measured.weight.has_value() != of_canary) continue;
    for (const wire::gate_verdict& gate : measured.verdict.gates) {
      rows += of_canary ? fmt::format("| {} % | {}", *measured.weight, gate_row(gate, gate.stable)) : "| " + gate_row(gate, gate.before);
      add_query(queries, gate);
    }
  }
  if (rows.empty()) return "";
  const char* head = of_canary ? "### Metrics of the canary\n\n| at | gate | verdict | now | limit | stable | looks | |\n|---|---|---|---:|---:|---:|---:|---|\n"
                               : "### Metrics after the upgrade\n\n| gate | verdict | now | limit | before | looks | |\n|---|---|---:|---:|---:|---:|---|\n";
  const std::string folded = queries.empty() ? "" : fmt::format("<details><summary>Queries</summary>\n\n{}\n</details>\n\n", fenced(queries));
  return head + rows + "\n" + folded;
}

std::string proof_section(const progress& known) {
  std::string out;
  for (const wire::proof& proof : known.proofs) {
    out += fmt::format("### The way back to revision {}: {}\n\n| | what | of | expected | found |\n|---|---|---|---|---|\n",
                       proof.target_revision, proof.ok ? "proved" : "NOT proved");
    for (const wire::proof_check& c : proof.checks) {
      out += fmt::format("| {} | {} | {} | {} | {} |\n", c.ok ? "✅" : "❌", escape_markdown(truncate(c.what, 100)),
                         escape_markdown(truncate(c.object, 300)), code_span(truncate(c.expected, 300)),
                         code_span(truncate(c.found, 300)));
    }
    out += "\n";
  }
  return out;
}

std::string tests_section(const progress& known, const budget& most) {
  std::vector<std::string> lines;
  for (const wire::log_lines& batch : known.logs) {
    const std::string source = batch.container.empty() ? batch.test : batch.test + "/" + batch.container;
    for (const std::string& text : batch.lines) lines.push_back(source + " │ " + text);
  }
  if (lines.empty() || most.test_log_lines == 0) return "";
  const bool cut = known.logs_cut || lines.size() > most.test_log_lines;
  if (lines.size() > most.test_log_lines) lines.erase(lines.begin(), lines.end() - static_cast<ptrdiff_t>(most.test_log_lines));
  return fmt::format("<details><summary>Test logs{}</summary>\n\n{}\n</details>\n\n", cut ? " (shortened)" : "", fenced(lines));
}

std::string end_section(const progress& known) {
  if (!known.finished) return "";
  std::string out;
  if (const std::string done = done_about_it(known); !done.empty()) out += "**What was done:** " + escape_markdown(done) + "\n\n";
  if (const std::string now = true_now(known); !now.empty()) out += "**True now:** " + escape_markdown(now) + "\n\n";
  if (!known.finished->next.empty()) out += "**Next:** " + escape_markdown(known.finished->next) + "\n\n";
  return out;
}

std::string follow_section(const progress& known, const std::vector<std::string>& notices) {
  std::string out;
  for (const std::string& notice : notices) out += "> " + escape_markdown(notice) + "\n";
  if (!notices.empty()) out += "\n";
  const std::string& id = known.shown.id;
  if (id.empty()) return out;
  if (known.shown.agent.empty()) return out + fmt::format("Deployment {} (embedded agent)\n", code_span(id));
  const std::vector<std::string> command{fmt::format("leadsman follow {} --agent {}", id, known.shown.agent)};
  return out + fmt::format("Deployment {}. To {}:\n\n{}", code_span(id), known.finished ? "read it again" : "follow it",
                           fenced(command));
}

std::string compose(const progress& known, const std::vector<std::string>& notices, const budget& most) {
  std::string out = fmt::format("## {} {}\n\n", mark_of(known), escape_markdown(headline_of(known)));
  if (!known.shown.chart.empty()) out += fmt::format("Chart {}", code_span(known.shown.chart));
  if (!known.shown.version.empty()) out += fmt::format(", version {}", code_span(truncate(known.shown.version, 200)));
  out += "\n\n" + steps_table(known) + end_section(known) + reason_section(known, most) + metrics_section(known, true) + metrics_section(known, false) + proof_section(known) +
         tests_section(known, most);
  for (const std::string& warning : known.warnings) out += "- ⚠️ " + escape_markdown(truncate(warning, 1000)) + "\n";
  return out + (known.warnings.empty() ? "" : "\n") + follow_section(known, notices);
}

}  // namespace

std::string write_summary(const progress& known, const std::vector<std::string>& notices, size_t limit) {
  constexpr size_t k_unlimited = SIZE_MAX;
  constexpr std::array<budget, 6> k_budgets{{{k_unlimited, 2000, k_unlimited},
                                             {100, 500, k_unlimited},
                                             {20, 100, k_unlimited},
                                             {5, 0, 200'000},
                                             {0, 0, 50'000},
                                             {0, 0, 5'000}}};
  std::string out;
  for (const budget& most : k_budgets) {
    out = compose(known, notices, most);
    if (out.size() <= limit) return out;
  }
  return truncate(out, limit > 3 ? limit - 3 : 0);
}

std::string write_refusal(const error& why) {
  const std::string field = why.field.empty() ? "" : code_span(why.field) + ": ";
  return "## ❌ Nothing was handed over\n\n" + field + escape_markdown(truncate(why.message, 4000)) + "\n";
}

}  // namespace leadsman::action::github
