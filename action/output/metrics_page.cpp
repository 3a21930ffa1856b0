#include <fmt/format.h>

#include <cmath>

#include "action/output/pages.hpp"
#include "base/text.hpp"
#include "wire/shown.hpp"

namespace leadsman::action {

using wire::shown;

namespace {

using table_row = std::vector<span>;

style look_of(model::verdict v) {
  switch (v) {
    case model::verdict::passed: return style::good;
    case model::verdict::failed: return style::bad;
    case model::verdict::measuring: return style::accent;
    default: return style::warn;
  }
}

style look_of(wire::health h) { return h == wire::health::healthy ? style::good : h == wire::health::unhealthy ? style::bad : style::warn; }

std::string count_of(const std::optional<double>& samples) { return samples ? std::to_string(std::llround(*samples)) : "-"; }

std::string shown_or(const std::optional<double>& value, model::unit unit, const std::string& otherwise) { return value ? shown(*value, unit) : otherwise; }

table_row head_of(std::initializer_list<const char*> names) {
  table_row out;
  for (const char* name : names) out.emplace_back(style::bold, name);
  return out;
}

constexpr size_t k_words_limit = 300;  // bytes

std::string place_of(const model::release_id& release) { return release.name + " (namespace " + release.name_space + ")"; }

void add_table(std::vector<spoken_line>& out, const std::vector<table_row>& rows) {
  for (styled_line& line : table(rows)) {
    line.insert(line.begin(), span(style::plain, "  "));
    out.push_back(say(std::move(line)));
  }
}

table_row health_row(const wire::health_check& c) {
  return {{look_of(c.verdict), std::string(model::word_of(model::k_verdict, c.verdict))},
          {style::plain, c.check},
          {style::plain, shown_or(c.value, c.unit, c.reading)},
          {style::dim, shown_or(c.bound, c.unit, "-")},
          {style::dim, count_of(c.samples)}};
}

// What is said of a side: a metric a row.
struct metric_row {
  const char* name;
  model::unit unit;
  const wire::number& (*of)(const wire::side_metrics&);
};

constexpr metric_row k_metrics[]{
    {"error rate", model::unit::share, [](const wire::side_metrics& s) -> const wire::number& { return s.error_rate; }},
    {"p99", model::unit::seconds, [](const wire::side_metrics& s) -> const wire::number& { return s.latency.p99; }},
    {"mean response time", model::unit::seconds, [](const wire::side_metrics& s) -> const wire::number& { return s.latency.mean; }},
    {"requests a second", model::unit::number, [](const wire::side_metrics& s) -> const wire::number& { return s.throughput; }},
    {"cpu, of its limit", model::unit::share, [](const wire::side_metrics& s) -> const wire::number& { return s.cpu; }},
    {"memory, of its limit", model::unit::share, [](const wire::side_metrics& s) -> const wire::number& { return s.memory; }},
};

span number_span(const wire::number& n, model::unit unit) {
  return {n.value ? style::plain : style::warn, shown_or(n.value, unit, n.reading)};
}

void add_sides(std::vector<spoken_line>& out, const wire::deployment_metrics& m) {
  std::vector<table_row> rows{m.canary ? head_of({"METRIC", "CANARY", "STABLE"}) : head_of({"METRIC", "NOW"})};
  for (const metric_row& each : k_metrics) {
    table_row line{{style::plain, each.name}};
    if (m.canary) line.push_back(number_span(each.of(*m.canary), each.unit));
    line.push_back(number_span(each.of(m.stable), each.unit));
    rows.push_back(std::move(line));
  }
  add_table(out, rows);
  // The first that could not be had says why; the others are mostly the same.
  for (const metric_row& each : k_metrics) {
    const wire::number& n = each.of(m.canary ? *m.canary : m.stable);
    if (n.value || n.message.empty()) continue;
    out.push_back(say({{style::dim, fmt::format("  {}: {}", each.name, truncate(n.message, k_words_limit))}}));
    return;
  }
}

std::string weight_of(const std::optional<int>& weight) { return weight ? fmt::format("{} %", *weight) : "upgraded"; }

void add_gates(std::vector<spoken_line>& out, const wire::deployment_metrics& m) {
  std::vector<table_row> rows{head_of({"AT", "GATE", "VERDICT", "NOW", "LIMIT", "LOOKS", ""})};
  for (const wire::told_verdict& told : m.verdicts) {
    for (const wire::gate_verdict& g : told.verdict.gates) {
      rows.push_back({{style::plain, weight_of(told.weight)}, {style::plain, truncate(g.gate, k_words_limit)}, {look_of(g.verdict), std::string(model::word_of(model::k_verdict, g.verdict))},
                      {style::plain, g.now}, {style::dim, g.limit}, {style::dim, std::to_string(g.values.size())}, {style::plain, g.sparkline}});
    }
  }
  if (rows.size() == 1) return;
  out.push_back(say({{style::bold, "gates"}}));
  add_table(out, rows);
}

// While a step measures it has no verdict: the newest of what it saw.
void add_newest(std::vector<spoken_line>& out, const wire::deployment_metrics& m) {
  if (m.measurements.empty()) return;
  const wire::told_measurement& newest = m.measurements.back();
  if (newest.measurement.verdict != model::verdict::measuring) return;
  out.push_back(say({{style::dim, fmt::format("  {} {}: {}", newest.at, weight_of(newest.weight), truncate(newest.measurement.message, k_words_limit))}}));
}

table_row window_row(const char* name, const wire::metric_window& w, model::unit unit) {
  return {{style::plain, name}, number_span(w.number, unit), {style::dim, count_of(w.number.samples)}, {style::dim, w.window}, {style::dim, w.at}};
}

std::string signed_change(const wire::metric_change& c) {
  const std::string text = (*c.change < 0 ? "-" : "+") + shown(std::abs(*c.change), c.unit);
  return c.relative_change ? fmt::format("{} ({:+.1f} %)", text, *c.relative_change * 100) : text;
}

}  // namespace

std::vector<spoken_line> health_page(const wire::release_health& health) {
  const std::string word(model::word_of(wire::k_health, health.health));
  std::vector<spoken_line> out{say({{style::bold, place_of(health.release)}, {style::plain, "  "}, {look_of(health.health), word},
                                    {style::dim, fmt::format("  Service {}, last {}, by {}", health.service, health.window, health.source)}})};
  std::vector<table_row> rows{head_of({"VERDICT", "CHECK", "VALUE", "BOUND", "N"})};
  for (const wire::health_check& c : health.checks) rows.push_back(health_row(c));
  add_table(out, rows);
  if (health.health != wire::health::healthy) out.push_back(say({{look_of(health.health), health.reason}, {style::plain, ": " + truncate(health.message, 1000)}}));
  return out;
}

std::vector<spoken_line> metrics_page(const wire::deployment_metrics& m) {
  std::vector<spoken_line> out{say({{style::bold, place_of(m.release)}, {style::plain, "  " + std::string(model::word_of(model::k_phase, m.phase))},
                                    {style::dim, fmt::format("  the {} before {}, by {}", m.window, m.at, m.source)}})};
  add_sides(out, m);
  add_gates(out, m);
  add_newest(out, m);
  return out;
}

std::vector<spoken_line> change_page(const wire::metric_change& c) {
  std::vector<spoken_line> out{say({{style::bold, c.metric}, {style::plain, "  of Service " + c.service}, {style::dim, ", by " + c.source}})};
  std::vector<table_row> rows{head_of({"", "VALUE", "N", "WINDOW", "UNTIL"})};
  rows.push_back(window_row("before", c.before, c.unit));
  rows.push_back(window_row("after", c.after, c.unit));
  add_table(out, rows);
  if (c.change) out.push_back(say({{style::bold, "change  "}, {style::plain, signed_change(c)}}));
  for (const wire::metric_window* w : {&c.before, &c.after}) {
    if (!w->number.value && !w->number.message.empty()) out.push_back(say({{style::warn, (w == &c.before ? "before: " : "after: ") + truncate(w->number.message, k_words_limit)}}));
  }
  return out;
}

}  // namespace leadsman::action
