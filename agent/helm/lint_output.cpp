#include "helm/lint_output.hpp"

#include <optional>

#include "base/text.hpp"

namespace leadsman::helm {

namespace {

// "[ERROR] templates/a.yaml: unable to parse …"
std::optional<lint_finding> first_line(std::string_view line) {
  const size_t close = line.find(']');
  if (!line.starts_with('[') || close == std::string_view::npos) return std::nullopt;
  lint_finding found{std::string(line.substr(1, close - 1)), {}, {}};
  if (found.severity != "ERROR" && found.severity != "WARNING" && found.severity != "INFO") return std::nullopt;
  std::string_view rest = trim(line.substr(close + 1));
  const size_t colon = rest.find(": ");
  if (colon != std::string_view::npos && rest.substr(0, colon).find(' ') == std::string_view::npos) {
    found.source = rest.substr(0, colon);
    rest = trim(rest.substr(colon + 2));
  }
  found.message = rest;
  return found;
}

}  // namespace

std::vector<lint_finding> parse_lint_output(std::string_view output) {
  std::vector<lint_finding> findings;
  bool continues = false;  // the lines that follow belong to the last finding, up to an empty one
  for (const std::string_view line : split(output, '\n')) {
    if (auto found = first_line(line)) {
      findings.push_back(std::move(*found));
      continues = true;
    } else if (trim(line).empty()) {
      continues = false;
    } else if (continues) {
      findings.back().message += "\n" + std::string(line);
    }
  }
  return findings;
}

}  // namespace leadsman::helm
