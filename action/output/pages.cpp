#include "action/output/pages.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "action/output/clean.hpp"
#include "action/output/json_text.hpp"
#include "action/output/utf8.hpp"
#include "base/text.hpp"
#include "wire/events.hpp"

namespace leadsman::action {

using nlohmann::json;

namespace {

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

}  // namespace

spoken_line way_back_line(const json& answer) {
  const std::string text = way_back_text(value_at(answer, "way_back"));
  return say({{style::bold, "way back  "}, text.empty() ? span(style::warn, "none: there is no verified revision to return to")
                                                        : span(style::plain, text)});
}

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

namespace {

std::vector<spoken_line> canary_lines(const json& answer) {
  const json& canary = value_at(answer, "canary");
  if (!canary.is_object()) return {};
  const std::string weight = text_at(canary, "weight");
  const std::string share = weight == "0" ? "no traffic" : weight + " % of the traffic";
  return {say({{style::bold, "canary    "}, {style::warn, text_at(canary, "chart") + ", " + share}, {style::plain, ", of deployment " + text_at(canary, "deployment") + ", since " + text_at(canary, "since")}})};
}

}  // namespace

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
  for (spoken_line& line : canary_lines(status)) out.push_back(std::move(line));
  out.push_back(way_back_line(status));
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
  for (spoken_line& line : canary_lines(history)) out.push_back(std::move(line));
  return out;
}

}  // namespace leadsman::action
