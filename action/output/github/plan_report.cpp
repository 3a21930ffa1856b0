#include "action/output/github/plan_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "action/output/changes.hpp"
#include "action/output/clean.hpp"
#include "action/output/expected_time.hpp"
#include "action/output/github/markdown.hpp"
#include "action/output/json_text.hpp"
#include "action/output/pages.hpp"
#include "base/text.hpp"

namespace leadsman::action::github {

using nlohmann::json;

namespace {

constexpr size_t k_most_rows = 100;  // of a list: a canary has at most 50 steps, a chart may leave out more

// How much of each text is shown.
struct allowance {
  size_t text;   // bytes of a sentence
  size_t roles;  // bytes of YAML
};

std::string plural(size_t count, std::string_view word) { return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s"); }

std::string mark_of(wire::verdict v) { return v == wire::verdict::ok ? "✅" : v == wire::verdict::warning ? "⚠️" : "❌"; }

// One line a list item of Markdown.
std::string bullets(const json& list, std::string_view mark, const allowance& most) {
  std::string out;
  size_t count = 0;
  for (const json& each : list) {
    if (++count > k_most_rows) break;
    out += fmt::format("- {}{}\n", mark, escape_markdown(truncate(text_of(each), most.text)));
  }
  if (list.size() > k_most_rows) out += fmt::format("- … and {} more\n", list.size() - k_most_rows);
  return out.empty() ? out : out + "\n";
}

std::string head_of(const json& plan, const std::string& title, const allowance& most) {
  const wire::checks checks = checks_of(plan);
  const json refused = value_at(plan, "refused");
  const std::string name = escape_markdown(title);
  if (is_refused(plan)) {
    return fmt::format("## ❌ Plan for {}: would be refused\n\n**{}**: {}\n\n", name, escape_markdown(text_at(refused, "reason")), escape_markdown(truncate(text_at(refused, "message"), most.text)));
  }
  if (refused.is_object()) return fmt::format("## ✅ Plan for {}: nothing to change\n\n{}\n\n", name, escape_markdown(truncate(text_at(refused, "message"), most.text)));
  const std::string mark = mark_of(wire::worst_of(checks)), strategy = text_at(plan, "strategy");
  std::string out = fmt::format("## {} Plan for {}{}\n\n", mark, name, strategy.empty() ? "" : ": " + escape_markdown(strategy));
  if (value_at(plan, "expected").is_object()) out += "**How long:** " + escape_markdown(whole_text(plan)) + "\n\n";
  return out;
}

std::string steps_section(const json& plan, const allowance& most) {
  const json& steps = list_at(plan, "steps");
  if (steps.empty()) return "";
  const bool timed = tells_times(plan);
  std::string out = timed ? "| | step | begins | takes |\n|---:|---|---|---|\n" : "| | step |\n|---:|---|\n";
  size_t number = 0;
  for (const json& step : steps) {
    out += fmt::format("| {} | {} |", ++number, escape_markdown(truncate(title_of_step(step), most.text)));
    out += timed ? fmt::format(" {} | {} |\n", begins_text(time_at(step, "begins")), taken_text(time_at(step, "expected"))) : "\n";
    if (number == k_most_rows) break;
  }
  out += "\n";
  for (const std::string& sentence : {text_at(value_at(plan, "canary"), "in_effect"), text_at(plan, "on_failure")}) {
    if (!sentence.empty()) out += escape_markdown(truncate(sentence, most.text)) + "\n\n";
  }
  return out;
}

std::string lines_in_cell(const std::string& text, const allowance& most) {
  std::string out;
  for (const std::string& line : clean_lines(truncate(text, most.text))) out += (out.empty() ? "" : "<br>") + escape_markdown(line);
  return out;
}

std::string checks_section(const wire::checks& checks, const allowance& most) {
  if (checks.empty()) return "";
  std::string out = "| | looked at | found |\n|---|---|---|\n";
  size_t count = 0;
  for (const wire::check& c : checks) {
    if (++count > k_most_rows) break;
    const std::string mend = c.mend.empty() ? "" : "<br>→ " + lines_in_cell(c.mend, most);
    out += fmt::format("| {} | {} | {}{} |\n", mark_of(c.verdict), escape_markdown(truncate(c.name, most.text)), lines_in_cell(c.found, most), mend);
  }
  out += "\n";
  for (const wire::check& c : checks) {
    if (c.apply.empty()) continue;
    const std::vector<std::string> lines = clean_lines(truncate(c.apply, most.roles));
    out += fmt::format("<details><summary>What grants them</summary>\n\n{}\n</details>\n\n", fenced(lines, "yaml"));
  }
  return out;
}

std::string left_out_section(const json& plan, const allowance& most) {
  const json canary = value_at(plan, "canary");
  const std::string items = bullets(list_at(canary, "left_out"), "", most);
  return items.empty() ? "" : fmt::format("**Not in {}:**\n\n", escape_markdown(text_at(canary, "release"))) + items;
}

void add_row(std::vector<std::string>& out, const json& row) {
  const json from = value_at(row, "from"), to = value_at(row, "to");
  const std::string path = dotted(text_at(row, "path"));
  if (has_lines(from) || has_lines(to)) {
    const changed_lines changed = compare_lines(from, to);
    out.push_back("    " + path + ":");
    for (const std::string& line : changed.removed) out.push_back("-     " + line);
    for (const std::string& line : changed.added) out.push_back("+     " + line);
    return;
  }
  if (!from.is_null()) out.push_back("-   " + path + ": " + value_text(from));
  if (!to.is_null()) out.push_back("+   " + path + ": " + value_text(to));
}

std::string_view sign_of(const std::string& action) { return action == "create" ? "+ " : action == "remove" ? "- " : "  "; }

// Lines of a diff.
std::vector<std::string> diff_of(const json& changes) {
  std::vector<std::string> out;
  for (const json& change : changes) {
    const std::string action = text_at(change, "action"), message = text_at(change, "message");
    if (action == "unchanged") continue;
    out.push_back(std::string(sign_of(action)) + action + " " + text_at(change, "object") + (message.empty() ? "" : ": " + message));
    for (const json& row : list_at(change, "changes")) add_row(out, row);
  }
  return out;
}

std::string counts_of(const json& changes) {
  std::vector<std::string> parts;
  for (const auto& [action, word] : {std::pair{"create", "to create"}, {"change", "to change"}, {"remove", "to remove"}, {"unknown", "that cannot be tried yet"}, {"unchanged", "unchanged"}}) {
    const auto count = std::ranges::count_if(changes, [&](const json& c) { return text_at(c, "action") == action; });
    if (count > 0) parts.push_back(fmt::format("{} {}", count, word));
  }
  return parts.empty() ? "none" : join(parts, ", ");
}

// As many lines as fit into `room` bytes with the frame around them.
std::string changes_section(const json& plan, size_t room) {
  constexpr size_t k_frame = 400;
  const json& changes = list_at(plan, "changes");
  if (changes.empty()) return "";
  std::vector<std::string> lines = diff_of(changes);
  size_t bytes = 0, fit = 0;
  while (fit < lines.size() && bytes + clean_line(lines[fit]).size() + 1 + k_frame < room) bytes += clean_line(lines[fit++]).size() + 1;
  const size_t cut = lines.size() - fit;
  lines.resize(fit);
  const std::string rest = cut == 0 ? "" : fmt::format("\n… and {}, which the log of this step has.\n", plural(cut, "more line"));
  const std::string body = lines.empty() ? "" : fenced(lines, "diff");
  return fmt::format("<details><summary>Changes: {}</summary>\n\n{}{}\n</details>\n\n", counts_of(changes), body, rest);
}

std::string compose(const json& plan, const std::string& title, const allowance& most, size_t limit) {
  const std::string head = head_of(plan, title, most);
  const std::string warnings = bullets(list_at(plan, "warnings"), "⚠️ ", most);
  const std::string rest = steps_section(plan, most) + warnings + left_out_section(plan, most) + checks_section(checks_of(plan), most);
  const size_t used = head.size() + rest.size();
  return head + changes_section(plan, limit > used ? limit - used : 0) + rest;
}

}  // namespace

std::string write_plan(const json& plan, const std::string& title, size_t limit) {
  constexpr std::array<allowance, 3> k_allowances{{{2000, 20'000}, {400, 5'000}, {80, 0}}};
  std::string out;
  for (const allowance& most : k_allowances) {
    out = compose(plan, title, most, limit);
    if (out.size() <= limit) return out;
  }
  return truncate(out, limit > 3 ? limit - 3 : 0);
}

std::string write_no_plan(const error& why, const std::string& title) {
  const std::string field = why.field.empty() ? "" : code_span(truncate(why.field, 300)) + ": ";
  return fmt::format("## ❌ There is no plan for {}\n\n{}{}\n", escape_markdown(title), field, escape_markdown(truncate(why.message, 4000)));
}

}  // namespace leadsman::action::github
