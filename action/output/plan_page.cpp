#include <fmt/format.h>

#include "action/output/clean.hpp"
#include "action/output/json_text.hpp"
#include "action/output/pages.hpp"
#include "base/text.hpp"

namespace leadsman::action {

using nlohmann::json;

namespace {

// "/spec/template/spec/containers/0/image" → "spec.template.spec.containers[0].image"
std::string dotted(std::string_view pointer) {
  std::string out;
  for (const std::string_view raw : split(pointer.substr(pointer.starts_with('/') ? 1 : 0), '/')) {
    std::string part;
    for (size_t i = 0; i < raw.size(); ++i) {
      const bool escaped = raw[i] == '~' && i + 1 < raw.size();
      part += !escaped ? raw[i] : raw[++i] == '1' ? '/' : '~';
    }
    const bool index = !part.empty() && part.find_first_not_of("0123456789") == std::string::npos;
    const bool plain = part.find_first_of("./") == std::string::npos;
    if (index) out += "[" + part + "]";
    else if (plain) out += (out.empty() ? "" : ".") + part;
    else out += "[\"" + part + "\"]";
  }
  return out;
}

std::string value_text(const json& value) {
  return truncate(value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, json::error_handler_t::replace), 2000);
}

bool has_lines(const json& value) { return value.is_string() && value.get_ref<const std::string&>().find('\n') != std::string::npos; }

// Two texts without the lines that they begin and end with alike.
void add_text_diff(std::vector<spoken_line>& out, const json& from, const json& to) {
  std::vector<std::string> old_lines = clean_lines(from.is_null() ? "" : value_text(from));
  std::vector<std::string> new_lines = clean_lines(to.is_null() ? "" : value_text(to));
  size_t alike = 0;
  while (alike < old_lines.size() && alike < new_lines.size() && old_lines[alike] == new_lines[alike]) ++alike;
  old_lines.erase(old_lines.begin(), old_lines.begin() + static_cast<ptrdiff_t>(alike));
  new_lines.erase(new_lines.begin(), new_lines.begin() + static_cast<ptrdiff_t>(alike));
  while (!old_lines.empty() && !new_lines.empty() && old_lines.back() == new_lines.back()) old_lines.pop_back(), new_lines.pop_back();
  for (const std::string& line : old_lines) out.push_back(say({{style::removed, "      - " + line}}));
  for (const std::string& line : new_lines) out.push_back(say({{style::added, "      + " + line}}));
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

void add_steps(std::vector<spoken_line>& out, std::string_view head, const json& steps) {
  if (steps.empty()) return;
  out.push_back(say({{style::bold, head}}));
  int number = 0;
  for (const json& step : steps) {
    std::string text = step.is_string() ? step.get<std::string>() : text_at(step, "title");
    if (text.empty()) text = text_at(step, "kind");
    out.push_back(say({{style::dim, fmt::format("  {}. ", ++number)}, {style::plain, text}}));
  }
}

}  // namespace

bool is_refused(const json& plan) {
  const json refused = value_at(plan, "refused");
  return refused.is_object() && text_at(refused, "reason") != model::reason::k_no_change;
}

std::vector<spoken_line> plan_page(const json& plan, const std::string& title) {
  std::vector<spoken_line> out{say({{style::bold, "Plan for " + title}})};
  if (is_refused(plan)) {
    const json refused = value_at(plan, "refused");
    out.push_back(say({{style::bad, "✗ would be refused: " + text_at(refused, "reason")}, {style::plain, "  " + text_at(refused, "message")}}));
  } else if (const json nothing = value_at(plan, "refused"); nothing.is_object()) {
    out.push_back(say({{style::good, "✓ nothing to change"}, {style::plain, "  " + text_at(nothing, "message")}}));
  }
  out.push_back(say({{style::bold, "changes"}}));
  add_changes(out, list_at(plan, "changes"));
  add_steps(out, "steps", list_at(plan, "steps"));
  if (const std::string known = text_at(value_at(plan, "canary"), "in_effect"); !known.empty()) out.push_back(say({{style::plain, known}}));
  if (const std::string fallback = text_at(plan, "on_failure"); !fallback.empty()) {
    out.push_back(say({{style::plain, fallback}}));
  }
  // Where nothing is to be done, no way back was looked for.
  if (is_refused(plan) || !value_at(plan, "refused").is_object()) out.push_back(way_back_line(plan));
  for (spoken_line& line : holder_lines(value_at(plan, "holder"))) out.push_back(std::move(line));
  for (const json& warning : list_at(plan, "warnings")) {
    out.push_back(say({{style::warn, "! "}, {style::plain, warning.is_string() ? warning.get<std::string>() : warning.dump()}}));
  }
  return out;
}

}  // namespace leadsman::action
