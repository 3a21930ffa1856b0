#include "analysis/evidence.hpp"

#include <algorithm>

#include "analysis/query.hpp"
#include "analysis/sparkline.hpp"
#include "wire/shown.hpp"

namespace leadsman::analysis {

using model::verdict;
using wire::shown;

namespace {

std::optional<double> number_of(const look& found) { return found.what == reading::value ? std::optional(found.value) : std::nullopt; }

std::string shown_look(const model::metric_gate& gate, const look& found) {
  return found.what == reading::value ? shown(found.value, gate.unit) : std::string(model::word_of(k_reading, found.what));
}

void add_newest(wire::gate_verdict& row, const model::metric_gate& gate, const measurement& newest) {
  if (newest.canary.what == reading::value) row.now = shown(newest.canary.value, gate.unit);
  if (newest.beside) (gate.against == model::against::before ? row.before : row.stable) = shown_look(gate, *newest.beside);
  if (const auto limit = judge(gate, newest).limit) row.limit = shown(*limit, gate.unit);
}

}  // namespace

wire::measurement told_of(const model::metric_gate& gate, std::span<const measurement> seen, const assessment& stands) {
  const measurement& newest = seen.back();
  const judgement judged = judge(gate, newest);
  wire::measurement out;
  out.gate = gate.name;
  out.reading = model::word_of(k_reading, newest.canary.what);
  out.finding = model::word_of(k_finding, judged.finding);
  out.reason = judged.reason;
  out.message = judged.message;
  out.value = number_of(newest.canary);
  if (newest.beside) (gate.against == model::against::before ? out.before : out.stable) = number_of(*newest.beside);
  out.limit = judged.limit;
  out.samples = newest.canary.samples;
  out.unit = gate.unit;
  out.look = static_cast<int>(seen.size());
  out.judged = stands.looks.judged();
  out.count = gate.measuring.count;
  out.verdict = stands.verdict;
  out.advisory = gate.advisory;
  out.warnings = newest.warnings;
  return out;
}

wire::gate_verdict evidence_of(const model::metric_gate& gate, std::span<const measurement> seen, const assessment& stands, const std::string& query) {
  wire::gate_verdict row;
  row.gate = gate.name;
  row.verdict = stands.verdict;
  row.reason = stands.reason;
  row.message = stands.message;
  row.advisory = gate.advisory;
  std::vector<std::optional<double>> numbers;
  for (const measurement& m : seen) {
    numbers.push_back(number_of(m.canary));
    row.values.push_back(shown_look(gate, m.canary));
  }
  row.sparkline = sparkline(numbers);
  if (!seen.empty()) add_newest(row, gate, seen.back());
  row.interval = promql_duration(gate.measuring.interval);
  row.window = promql_duration(gate.measuring.window);
  row.good = stands.looks.good;
  row.bad = stands.looks.bad;
  row.inconclusive = stands.looks.inconclusive;
  row.faults = stands.looks.faults;
  row.query = query;
  return row;
}

// "http-error-rate 0 %, http-p99 81 ms (stable 79 ms)", or "(before 79 ms)"
static std::string newest_numbers(const std::vector<wire::gate_verdict>& gates) {
  std::string text;
  for (const wire::gate_verdict& g : gates) {
    if (g.now.empty()) continue;
    text += (text.empty() ? "" : ", ") + g.gate + " " + g.now;
    if (!g.stable.empty()) text += " (stable " + g.stable + ")";
    if (!g.before.empty()) text += " (before " + g.before + ")";
  }
  return text;
}

wire::analysis_verdict conclude(std::vector<wire::gate_verdict> gates) {
  wire::analysis_verdict out{.verdict = verdict::passed};
  for (const verdict v : {verdict::failed, verdict::error, verdict::inconclusive, verdict::measuring}) {
    const auto decides = std::ranges::find_if(gates, [&](const wire::gate_verdict& g) { return g.verdict == v && !g.advisory; });
    if (decides == gates.end()) continue;
    out.verdict = v;
    out.gate = decides->gate;
    out.reason = decides->reason;
    out.message = decides->message;
    break;
  }
  if (out.verdict == verdict::passed) out.message = newest_numbers(gates);
  out.gates = std::move(gates);
  return out;
}

}  // namespace leadsman::analysis
