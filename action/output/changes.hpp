#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

// The changes of a plan, as text. All pure; the text is untrusted.
namespace leadsman::action {

// "/spec/template/spec/containers/0/image" → "spec.template.spec.containers[0].image"
std::string dotted(std::string_view json_pointer);

// One value, at most 2,000 bytes of it.
std::string value_text(const nlohmann::json& value);

bool has_lines(const nlohmann::json& value);

// What differs between two texts of several lines: without what they begin and end with alike.
struct changed_lines {
  std::vector<std::string> removed;
  std::vector<std::string> added;
};
changed_lines compare_lines(const nlohmann::json& from, const nlohmann::json& to);

}  // namespace leadsman::action
