#include "spec/assignments.hpp"

#include <optional>

namespace leadsman::spec {

namespace {

using document::json;

// Helm reads a backslash as "take the next character as it is".
std::string escaped(const std::string& value) {
  std::string out;
  for (const char c : value) {
    if (c == ',' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// How helm has to be told a value that stands typed in YAML; absent when YAML has changed it already.
std::optional<std::string> as_text(const json& value, value_types allowed) {
  if (value.is_string()) return escaped(value.get<std::string>());
  if (allowed == value_types::text_only) return std::nullopt;
  if (value.is_null() || value.is_boolean() || value.is_number_integer()) return value.dump();
  return std::nullopt;
}

std::string why_not(const json& value) {
  if (value.is_structured()) return "expected a single value, found " + document::describe(value);
  return "is " + document::describe(value) +
         " to YAML, which may differ from what is written; put it in quotes";
}

}  // namespace

std::string_view assigned_name(std::string_view assignment) {
  return assignment.substr(0, assignment.find('='));
}

std::vector<std::string> read_assignments(document::object_reader& in, const std::string& key,
                                          value_types allowed) {
  std::vector<std::string> list;
  const json& value = in.child(key);
  if (!value.is_object()) {
    list = in.strings(key);
    for (size_t i = 0; i < list.size(); ++i) {
      const size_t equals = list[i].find('=');
      if (equals == 0 || equals == std::string::npos) {
        in.reject(value.is_array() ? key + "[" + std::to_string(i) + "]" : key,
                  "expected name=value, found " + document::describe(list[i]));
      }
    }
    return list;
  }
  for (const auto& item : value.items()) {
    const auto text = as_text(item.value(), allowed);
    if (item.key().empty()) in.reject(key, "has an empty name");
    if (!text)
      in.reject(key + "." + item.key(), why_not(item.value()));
    else
      list.push_back(item.key() + "=" + *text);
  }
  return list;
}

}  // namespace leadsman::spec
