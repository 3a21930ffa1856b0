#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace leadsman::action::github {

struct place {
  std::string file;
  int line = 0;

  bool operator==(const place&) const = default;
};

// "leadsman.yaml:12" as the field of an error; absent when it names no file.
std::optional<place> place_of_field(std::string_view field);

// The chart's file that helm complains about ("parse error at (shop/templates/web.yaml:7): …", "YAML parse error on
// shop/templates/web.yaml: … line 12"), as a path in the repository: `chart_source` is the chart's folder as the user
// wrote it, `chart_name` its name in Chart.yaml.
std::optional<place> place_in_chart(std::string_view helm_error, std::string_view chart_name, std::string_view chart_source);

// Relative to the workspace, or empty when it lies outside. Both are absolute or relative to `working_dir`.
std::string relative_to(std::string_view workspace, std::string_view working_dir, std::string_view path);

}  // namespace leadsman::action::github
