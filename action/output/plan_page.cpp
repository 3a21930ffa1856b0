#include <fmt/format.h>

#include "action/output/changes.hpp"
#include "action/output/check_rows.hpp"
#include "action/output/expected_time.hpp"
#include "action/output/json_text.hpp"
#include "action/output/pages.hpp"
#include "base/text.hpp"

namespace leadsman::action {

using nlohmann::json;

namespace {

void add_text_diff(std::vector<spoken_line>& out, const json& from, const json& to) {
  const changed_lines changed = compare_lines(from, to);
  for (const std::string& line : changed.removed) out.push_back(say({{style::removed, "      - " + line}}));
  for (const std::string& line : changed.added) out.push_back(say({{style::added, "      + " + line}}));
}

void add_row(std::vector<spoken_line>& out, const json& row) {
  const json from = value_at(row, "from");
  const json to = value_at(row, "to");
  const std::string path = dotted(text_at(row, "path"));
  if (has_lines(from) || has_lines(to)) {
    out.push_back(say({{style::plain, "    " + path + ":"}}));
    return add_text_diff(out, from, to);
  }
  styled_line line{{style::plain, "    " + path + ": "}};
  if (!from.is_null()) line.emplace_back(style::removed, value_text(from));
  line.emplace_back(style::dim, from.is_null() ? "+ " : to.is_null() ? " is removed" : " → ");
  if (!to.is_null()) line.emplace_back(style::added, value_text(to));
  out.push_back(say(std::move(line)));
}

void add_changes(std::vector<spoken_line>& out, const json& changes) {
  size_t unchanged = 0;
  for (const json& change : changes) {
    const std::string action = text_at(change, "action");
    if (action == "unchanged" && ++unchanged > 0) continue;
    const style look = action == "create" ? style::added : action == "remove" ? style::removed : style::warn;
    styled_line head{{look, "  " + action + " "}, {style::bold, text_at(change, "object")}};
    if (const std::string message = text_at(change, "message"); !message.empty()) head.emplace_back(style::plain, ": " + message);
    out.push_back(say(std::move(head)));
    for (const json& row : list_at(change, "changes")) add_row(out, row);
  }
  if (unchanged > 0) out.push_back(say({{style::dim, fmt::format("  {} object{} unchanged", unchanged, unchanged == 1 ? "" : "s")}}));
}

// When each step begins, how long it takes, and what it is.
void add_steps(std::vector<spoken_line>& out, const json& plan) {
  const json& steps = list_at(plan, "steps");
  if (steps.empty()) return;
  out.push_back(say({{style::bold, "steps"}}));
  const bool timed = tells_times(plan);
  std::vector<std::vector<span>> rows;
  for (const json& step : steps) {
    rows.push_back({{style::dim, fmt::format("  {:>2}.", rows.size() + 1)}});
    if (timed) rows.back().emplace_back(style::dim, begins_text(time_at(step, "begins")));
    if (timed) rows.back().emplace_back(style::accent, taken_text(time_at(step, "expected")));
    rows.back().emplace_back(style::plain, title_of_step(step));
  }
  for (styled_line& line : table(rows)) out.push_back(say(std::move(line)));
  if (value_at(plan, "expected").is_object()) out.push_back(say({{style::bold, "in all    "}, {style::plain, whole_text(plan)}}));
}

void add_left_out(std::vector<spoken_line>& out, const json& plan) {
  const json canary = value_at(plan, "canary");
  const json& left_out = list_at(canary, "left_out");
  if (left_out.empty()) return;
  out.push_back(say({{style::bold, "not in " + text_at(canary, "release")}}));
  for (const json& each : left_out) out.push_back(say({{style::plain, "  " + text_of(each)}}));
}

}  // namespace

bool is_refused(const json& plan) {
  const json refused = value_at(plan, "refused");
  return refused.is_object() && text_at(refused, "reason") != model::reason::k_no_change;
}

wire::checks checks_of(const json& plan) {
  const wire::checks none;
  return wire::parse<wire::checks>(value_at(plan, "checks")).value_or(none);
}

std::string title_of_step(const json& step) { return step.is_string() ? step.get<std::string>() : first_of(text_at(step, "title"), text_at(step, "kind")); }

std::vector<spoken_line> plan_page(const json& plan, const std::string& title) {
  const std::string strategy = text_at(plan, "strategy");
  std::vector<spoken_line> out{say({{style::bold, "Plan for " + title}, {style::dim, strategy.empty() ? "" : "  " + strategy}})};
  if (is_refused(plan)) {
    const json refused = value_at(plan, "refused");
    out.push_back(say({{style::bad, "✗ would be refused: " + text_at(refused, "reason")}, {style::plain, "  " + text_at(refused, "message")}}));
  } else if (const json nothing = value_at(plan, "refused"); nothing.is_object()) {
    out.push_back(say({{style::good, "✓ nothing to change"}, {style::plain, "  " + text_at(nothing, "message")}}));
  }
  out.push_back(say({{style::bold, "changes"}}));
  add_changes(out, list_at(plan, "changes"));
  add_steps(out, plan);
  if (const std::string known = text_at(value_at(plan, "canary"), "in_effect"); !known.empty()) out.push_back(say({{style::plain, known}}));
  if (const std::string fallback = text_at(plan, "on_failure"); !fallback.empty()) {
    out.push_back(say({{style::plain, fallback}}));
  }
  // Where nothing is to be done, no way back was looked for.
  if (is_refused(plan) || !value_at(plan, "refused").is_object()) out.push_back(way_back_line(plan));
  for (spoken_line& line : holder_lines(value_at(plan, "holder"))) out.push_back(std::move(line));
  for (const json& warning : list_at(plan, "warnings")) {
    out.push_back(say({{style::warn, "! "}, {style::plain, text_of(warning)}}));
  }
  add_left_out(out, plan);
  const wire::checks checks = checks_of(plan);
  if (!checks.empty()) out.push_back(say({{style::bold, "looked at beforehand"}}));
  add_check_rows(out, checks, 2);
  add_remedies(out, checks);
  return out;
}

}  // namespace leadsman::action
