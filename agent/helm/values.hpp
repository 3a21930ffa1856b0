#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace leadsman::helm {

using json = nlohmann::json;

struct values_file {
  std::string name;  // for messages: "values.staging.yaml"
  std::string text;
};

// What the user gave, in helm's order of precedence: files, then set, then set_string.
struct values_input {
  json chart_defaults = nullptr;        // the chart's values.yaml as JSON; null: not known
  std::vector<values_file> files{};
  std::vector<std::string> set{};         // "image.tag=1.2.3,replicas=3"
  std::vector<std::string> set_string{};  // the same with every value as text
};

// What helm is given: the files as they were, each with a newline at its end (without one helm 4.2 ignores some files:
// facts §1.9), and one generated overlay that says the same as the sets. Values never stand in argv.
struct prepared_values {
  std::vector<values_file> files;
  json effective;      // the user's values merged as helm merges them
  std::string digest;  // "sha256:…" of `effective` in canonical form
  std::vector<std::string> notes{};  // what the user should know: a number that is passed as text
};

// One thing differs from `helm --set` and cannot be otherwise: whole numbers come from a file as floating-point ones, and
// templates print those of a million and more as 1e+06. So a typed number that large is passed as text, unless the files or
// the chart's defaults have a number in its place.
//
// Errors: invalid_input; `field` is the file with its line, or the set entry with the position in it.
result<prepared_values> prepare_values(const values_input& input);

// Maps merge key by key, everything else is replaced.
void merge_values(json& into, const json& from);

// The values of one file: all its documents merged, as helm reads it. Errors: invalid_input with file and line.
result<json> parse_values(const values_file& file);

// "sha256:…" of the JSON with sorted keys.
std::string values_digest(const json& effective);

}  // namespace leadsman::helm
