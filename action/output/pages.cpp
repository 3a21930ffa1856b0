#include "action/output/pages.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "action/output/clean.hpp"
#include "action/output/utf8.hpp"
#include "base/text.hpp"
#include "wire/events.hpp"

namespace leadsman::action {

using nlohmann::json;

namespace {

std::string text_at(const json& object, const char* key) {
  if (!object.is_object()) return "";
  const auto at = object.find(key);
  if (at == object.end() || at->is_null()) return "";
  return at->is_string() ? at->get<std::string>() : at->dump();
}

const json& list_at(const json& object, const char* key) {
  static const json k_none = json::array();
  if (!object.is_object()) return k_none;
  const auto at = object.find(key);
  return at != object.end() && at->is_array() ? *at : k_none;
}

json value_at(const json& object, const char* key) {
  return object.is_object() && object.contains(key) ? object.at(key) : json();
}

spoken_line say(styled_line line) { return {std::move(line), true}; }

// A number, or an object that names a revision.
std::string way_back_text(const json& way_back) {
  if (way_back.is_number()) return "revision " + way_back.dump();
  if (way_back.is_object()) {
    const std::string standing = text_at(way_back, "standing");
    return "revision " + text_at(way_back, "revision") + (standing.empty() ? "" : ", " + standing);
  }
  if (way_back.is_string()) return way_back.get<std::string>();
  return "";
}

void add_way_back(std::vector<spoken_line>& out, const json& answer) {
  const std::string text = way_back_text(value_at(answer, "way_back"));
  out.push_back(say({{style::bold, "way back  "}, text.empty() ? span(style::warn, "none: there is no verified revision to return to")
                                                               : span(style::plain, text)}));
}

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

std::vector<styled_line> table(const std::vector<std::vector<span>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns_of(row[i].text()));
  }
  std::vector<styled_line> lines;
  for (const auto& row : rows) {
    styled_line line;
    for (size_t i = 0; i < row.size(); ++i) {
      const size_t gap = widths[i] - columns_of(row[i].text()) + 2;
      line.push_back(row[i]);
      if (i + 1 < row.size()) line.emplace_back(style::plain, std::string(gap, ' '));
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<spoken_line> holder_lines(const json& holder) {
  const auto who = wire::parse<wire::holder>(holder);
  if (!holder.is_object() || !who) return {};
  std::string text = who->repository.empty() ? who->agent : who->repository;
  if (!who->run_id.empty()) text += " run " + who->run_id;
  if (!who->deployment.empty()) text += ", deployment " + who->deployment;
  if (!who->step.empty()) text += ", step " + who->step;
  if (!who->since.empty()) text += ", since " + who->since;
  return {say({{style::bold, "held by   "}, {style::warn, text}, {style::dim, who->url.empty() ? "" : "  " + who->url}})};
}

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
  if (const std::string fallback = text_at(plan, "on_failure"); !fallback.empty()) {
    out.push_back(say({{style::bold, "on failure  "}, {style::plain, fallback}}));
  }
  add_way_back(out, plan);
  for (spoken_line& line : holder_lines(value_at(plan, "holder"))) out.push_back(std::move(line));
  for (const json& warning : list_at(plan, "warnings")) {
    out.push_back(say({{style::warn, "! "}, {style::plain, warning.is_string() ? warning.get<std::string>() : warning.dump()}}));
  }
  return out;
}

std::vector<spoken_line> status_page(const json& status) {
  const auto id = wire::parse<model::release_id>(value_at(status, "release"));
  const std::string name = id ? id->name + " (namespace " + id->name_space + ")" : text_at(status, "release");
  const std::string state = text_at(status, "status");
  std::vector<spoken_line> out{say({{style::bold, name}, {style::plain, "  revision " + text_at(status, "revision") + "  "},
                                    {state == "deployed" ? style::good : style::bad, state},
                                    {style::dim, "  chart " + text_at(status, "chart")}})};
  for (const json& each : list_at(status, "workloads")) {
    const auto workload = wire::parse<wire::workload_progress>(each);
    if (!workload) continue;
    styled_line line = workload_line(*workload);
    line.insert(line.begin(), span(style::plain, "  "));
    out.push_back(say(std::move(line)));
    for (const wire::pod_progress& pod : workload->pods) {
      styled_line below = pod_line(pod);
      below.insert(below.begin(), span(style::plain, "      "));
      out.push_back(say(std::move(below)));
    }
  }
  add_way_back(out, status);
  for (spoken_line& line : holder_lines(value_at(status, "holder"))) out.push_back(std::move(line));
  return out;
}

std::vector<spoken_line> history_page(const json& history) {
  std::vector<std::vector<span>> rows{{}};
  for (const char* head : {"REVISION", "UPDATED", "STATUS", "CHART", "STANDING", "DESCRIPTION"}) rows[0].emplace_back(style::bold, head);
  for (const json& revision : list_at(history, "revisions")) {
    const std::string state = text_at(revision, "status");
    const std::string standing = text_at(revision, "standing");
    rows.push_back({{style::plain, text_at(revision, "revision")},
                    {style::dim, text_at(revision, "updated")},
                    {state == "deployed" ? style::good : state == "failed" ? style::bad : style::plain, state},
                    {style::plain, text_at(revision, "chart")},
                    {standing == "verified" ? style::good : style::dim, standing.empty() ? "-" : standing},
                    {style::dim, truncate(text_at(revision, "description"), 60)}});
  }
  std::vector<spoken_line> out;
  for (styled_line& line : table(rows)) out.push_back(say(std::move(line)));
  return out;
}

std::vector<spoken_line> doctor_page(const std::vector<check_result>& checks) {
  std::vector<spoken_line> out;
  size_t failed = 0;
  for (const check_result& c : checks) {
    out.push_back(say({{c.ok ? style::good : style::bad, c.ok ? "✓ " : "✗ "}, {style::bold, c.check}, {style::plain, c.found.empty() ? "" : "  " + c.found}}));
    if (c.ok) continue;
    ++failed;
    for (const std::string& line : clean_lines(c.mend)) out.push_back(say({{style::accent, "    " + line}}));
  }
  const std::string verdict = failed == 0 ? "all is well" : fmt::format("{} of {} checks failed", failed, checks.size());
  out.push_back(say({{failed == 0 ? style::good : style::bad, verdict}}));
  return out;
}

}  // namespace leadsman::action
