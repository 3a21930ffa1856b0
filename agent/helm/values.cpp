#include "helm/values.hpp"

#include <fmt/format.h>

#include "document/yaml.hpp"
#include "helm/assignment.hpp"
#include "helm/encoding.hpp"

namespace leadsman::helm {

namespace {

constexpr std::string_view k_overlay_name = "set.json";
constexpr int64_t k_printed_as_float = 1'000'000;  // from here on Go prints a floating-point number as 1e+06

bool prints_badly(const json& value) {
  if (!value.is_number_integer()) return false;
  const int64_t number = value.get<int64_t>();
  return number >= k_printed_as_float || number <= -k_printed_as_float;
}

bool has_number(const json& values, const assignment& what) {
  const json* found = find_assigned(values, what);
  return found && found->is_number();
}

// See prepare_values. Returns whether anything became text.
bool keep_digits(json& value, bool number_expected) {
  if (value.is_array()) {
    bool any = false;
    for (json& element : value) any = keep_digits(element, number_expected) || any;
    return any;
  }
  if (number_expected || !prints_badly(value)) return false;
  value = std::to_string(value.get<int64_t>());
  return true;
}

struct set_result {
  json overlay = json::object();
  std::vector<std::string> notes;
};

result<void> apply_entry(std::string_view entry, set_typing typing, const json& defaults, json& values, set_result& out) {
  LEADSMAN_TRY(auto assignments, parse_assignments(entry, typing));
  for (assignment& one : assignments) {
    const bool number_expected = has_number(values, one) || (!find_assigned(values, one) && has_number(defaults, one));
    if (keep_digits(one.value, number_expected)) {
      out.notes.push_back(fmt::format("{} is passed as text, so that templates print all its digits; write it into a values file if it must be a number.",
                                      path_text(one)));
    }
    LEADSMAN_CHECK(assign(values, one));
    copy_assigned(out.overlay, values, one);
  }
  return {};
}

}  // namespace

void merge_values(json& into, const json& from) {
  if (!into.is_object() || !from.is_object()) {
    into = from;
    return;
  }
  for (const auto& [key, value] : from.items()) {
    const auto existing = into.find(key);
    if (existing != into.end() && existing->is_object() && value.is_object()) {
      merge_values(*existing, value);
    } else {
      into[key] = value;
    }
  }
}

result<json> parse_values(const values_file& file) {
  LEADSMAN_TRY(const auto documents, document::parse_yaml_stream(file.text, file.name));
  json values = json::object();
  for (const json& document : documents) {
    if (!document.is_object()) {
      return fail(errc::invalid_input, "does not hold a mapping of names to values.", file.name);
    }
    merge_values(values, document);
  }
  return values;
}

result<prepared_values> prepare_values(const values_input& input) {
  prepared_values prepared;
  prepared.effective = json::object();
  for (const values_file& file : input.files) {
    LEADSMAN_TRY(const json values, parse_values(file));
    merge_values(prepared.effective, values);
    prepared.files.push_back(file);
    if (!file.text.ends_with('\n')) prepared.files.back().text += '\n';
  }
  set_result sets;
  for (const std::string& entry : input.set) {
    LEADSMAN_CHECK(apply_entry(entry, set_typing::typed, input.chart_defaults, prepared.effective, sets));
  }
  for (const std::string& entry : input.set_string) {
    LEADSMAN_CHECK(apply_entry(entry, set_typing::text, input.chart_defaults, prepared.effective, sets));
  }
  if (!sets.overlay.empty()) {
    prepared.files.push_back({std::string(k_overlay_name), sets.overlay.dump(-1, ' ', false, json::error_handler_t::replace) + "\n"});
  }
  prepared.notes = std::move(sets.notes);
  prepared.digest = values_digest(prepared.effective);
  return prepared;
}

std::string values_digest(const json& effective) {
  return "sha256:" + sha256_hex(effective.dump(-1, ' ', true, json::error_handler_t::replace));
}

}  // namespace leadsman::helm
