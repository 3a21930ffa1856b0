#include "action/output/github/fault.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

namespace leadsman::action::github {

namespace {

bool is_path_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("/._-").find(c) != std::string_view::npos;
}

int number_at(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return std::max(number, 0);
}

// "…: error converting YAML to JSON: yaml: line 12: did not find expected key"
int line_said_later(std::string_view text) {
  constexpr std::string_view k_said = "yaml: line ";
  const size_t at = text.find(k_said);
  return at == std::string_view::npos ? 0 : number_at(text.substr(at + k_said.size()));
}

}  // namespace

std::optional<place> place_of_field(std::string_view field) {
  const size_t colon = field.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const int line = number_at(field.substr(colon + 1));
  if (line == 0) return std::nullopt;
  return place{std::string(field.substr(0, colon)), line};
}

std::optional<place> place_in_chart(std::string_view helm_error, std::string_view chart_name, std::string_view chart_source) {
  // A chart that was fetched has no file in the repository.
  if (chart_name.empty() || chart_source.empty() || chart_source.find("://") != std::string_view::npos) return std::nullopt;
  const std::string prefix = std::string(chart_name) + "/";
  for (size_t at = helm_error.find(prefix); at != std::string_view::npos; at = helm_error.find(prefix, at + 1)) {
    if (at > 0 && is_path_character(helm_error[at - 1])) continue;
    const std::string_view rest = helm_error.substr(at + prefix.size());
    const size_t end = static_cast<size_t>(std::ranges::find_if_not(rest, is_path_character) - rest.begin());
    const std::string_view file = rest.substr(0, end);
    if (!file.starts_with("templates/") && !file.starts_with("charts/") && file.find(".yaml") == std::string_view::npos) continue;
    if (file.find("..") != std::string_view::npos) continue;
    const bool has_line = end < rest.size() && rest[end] == ':';
    int line = has_line ? number_at(rest.substr(end + 1)) : 0;
    if (line == 0) line = line_said_later(rest.substr(end));
    return place{(std::filesystem::path(chart_source) / file).lexically_normal().string(), line};
  }
  return std::nullopt;
}

std::string relative_to(std::string_view workspace, std::string_view working_dir, std::string_view path) {
  namespace fs = std::filesystem;
  const fs::path whole = (fs::path(working_dir) / fs::path(path)).lexically_normal();
  const fs::path below = whole.lexically_relative(fs::path(workspace).lexically_normal());
  if (below.empty() || below.begin()->string() == "..") return "";
  return below.string();
}

}  // namespace leadsman::action::github
