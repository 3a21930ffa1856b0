#include "archive/chart.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "document/yaml.hpp"

namespace leadsman::archive {

namespace {

using document::json;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_chart_name(std::string_view name) {
  return !name.empty() && name.size() <= 250 && is_alphanumeric(name.front()) &&
         std::ranges::all_of(name,
                             [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

// As helm reads it: 1.2.3, also 1.2 and v1.2.3, with a pre-release and build metadata.
bool is_version(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  const std::string_view core = text.substr(0, text.find_first_of("-+"));
  const auto numbers = split(core, '.');
  const auto is_number = [](std::string_view n) {
    return !n.empty() && n.size() <= 18 &&
           std::ranges::all_of(n, [](char c) { return c >= '0' && c <= '9'; });
  };
  return numbers.size() <= 3 && std::ranges::all_of(numbers, is_number) && is_alphanumeric(text.back()) &&
         std::ranges::all_of(text,
                             [](char c) { return is_alphanumeric(c) || c == '.' || c == '-' || c == '+'; });
}

// Reads texts out of one mapping of Chart.yaml and keeps the first error.
class text_reader {
 public:
  text_reader(const json& object, std::string path) : object_(object), path_(std::move(path)) {}

  std::string text(const char* key, bool required) {
    const auto at = object_.find(key);
    if (at == object_.end() || at->is_null()) {
      if (required) keep(key, "is required");
      return {};
    }
    if (at->is_string()) return at->get<std::string>();
    keep(key,
         "expected text, found " + document::describe(*at) + (at->is_number() ? "; write it in quotes" : ""));
    return {};
  }

  void keep(const char* key, std::string message) {
    if (!first_error_)
      first_error_ = error{errc::invalid_input, std::move(message), path_.empty() ? key : path_ + "." + key};
  }

  const std::optional<error>& first_error() const { return first_error_; }

 private:
  const json& object_;
  std::string path_;
  std::optional<error> first_error_;
};

result<chart_dependency> read_dependency(const json& value, const std::string& path) {
  if (!value.is_object())
    return fail(errc::invalid_input, "expected a mapping, found " + document::describe(value), path);
  text_reader in(value, path);
  chart_dependency out{in.text("name", true), in.text("version", false), in.text("repository", false)};
  if (!in.first_error() && !is_chart_name(out.name))
    in.keep("name", "'" + printable(out.name) + "' cannot be the name of a chart");
  if (in.first_error()) return fail(*in.first_error());
  return out;
}

result<chart_metadata> read_chart(const json& top) {
  if (!top.is_object())
    return fail(errc::invalid_input,
                "is not a Chart.yaml: expected a mapping, found " + document::describe(top));
  text_reader in(top, "");
  chart_metadata out;
  out.name = in.text("name", true);
  out.version = in.text("version", true);
  out.app_version = in.text("appVersion", false);
  out.type = in.text("type", false);
  if (!is_chart_name(out.name))
    in.keep("name", "'" + printable(out.name) +
                        "' cannot be the name of a chart; allowed are letters, digits, '-', '_' and '.'");
  if (!is_version(out.version))
    in.keep("version", "'" + printable(out.version) + "' is not a version; expected one such as 1.2.3");
  if (out.type.empty()) out.type = "application";
  const json dependencies = top.value("dependencies", json::array());
  if (!dependencies.is_array() && !dependencies.is_null())
    in.keep("dependencies", "expected a list, found " + document::describe(dependencies));
  if (in.first_error()) return fail(*in.first_error());
  for (const json& item : dependencies) {
    LEADSMAN_TRY(auto dependency,
                 read_dependency(item, "dependencies[" + std::to_string(out.dependencies.size()) + "]"));
    out.dependencies.push_back(std::move(dependency));
  }
  return out;
}

}  // namespace

result<chart_metadata> parse_chart(std::string_view text, std::string_view file) {
  LEADSMAN_TRY(const auto yaml, document::parse_yaml(text, file));
  auto chart = read_chart(yaml.value);
  if (!chart) return fail(document::locate(chart.error(), yaml, file));
  return chart;
}

}  // namespace leadsman::archive
