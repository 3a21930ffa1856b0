#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "document/yaml.hpp"
#include "model/canary.hpp"
#include "model/chart_reference.hpp"
#include "model/policy.hpp"
#include "model/release_id.hpp"

// leadsman.yaml: what a user asks for.
namespace leadsman::spec {

// In chart, repo, namespace and values, "{environment}" stands for the name of the environment.
struct release_spec {
  std::string chart;                // a folder, or what model::parse_chart_reference takes with repo
  std::string repo;
  std::string name_space;           // may be empty: the environment's, or an input
  std::vector<std::string> values;  // files, in Helm's order of precedence
  std::vector<std::string> set;     // "image.tag=v2"
  std::vector<std::string> set_string;
  model::policy policy;
  model::measured_release measured;        // strategy: rolling
  std::optional<model::canary> canary;     // strategy: canary; without the content of its values
  std::vector<std::string> canary_values;  // files
};

struct environment_spec {
  std::string cluster;              // may be empty: "default"
  std::string name_space;           // takes the place of the release's
  std::vector<std::string> values;  // after the release's
  std::string agent;
};

struct spec_file {
  std::string name;   // as given to load_spec; relative paths in it start at its folder
  std::string agent;  // may be empty
  std::map<std::string, release_spec, std::less<>> releases;
  std::map<std::string, environment_spec, std::less<>> environments;
  document::yaml_document source;  // for the lines of later errors
};

// Checks everything that can be checked without knowing the environment. Errors: invalid_input at
// "file:line".
result<spec_file> load_spec(std::string_view text, std::string_view file_name);

// What inputs or flags say; it wins over the file. Lists are appended: in Helm the last one wins.
struct overrides {
  std::string chart;
  std::string repo;
  std::string name_space;
  std::string cluster;
  std::string agent;
  std::vector<std::string> values;
  std::vector<std::string> set;
  std::vector<std::string> set_string;
  std::optional<int> canary_weight;  // percent: the canary waits there until it is promoted, in place of the file's steps
  nlohmann::json policy = nlohmann::json::object();  // keys as in leadsman.yaml; see set_choice
};

// An input such as ("timeout", "10m") or ("force-conflicts", "true"), typed as the same words in YAML are.
// Which keys and words there are is checked by resolve.
void set_choice(overrides& inputs, std::string_view key, std::string_view text);

// The names of all choices: the inputs of the action and the flags of the client that set_choice takes.
std::vector<std::string> choice_names();

// The words of those choices that have a fixed set of them: "on-failure" → {"rollback", "keep"}.
std::map<std::string, std::vector<std::string>> choice_words();

// Everything that is known before a chart is packed. Paths are relative to the working directory.
struct resolved_release {
  model::release_id id;
  std::string environment;  // may be empty
  std::string agent;        // may be empty: embedded
  std::string chart;        // a folder; of a chart that is fetched, how people call it
  std::optional<model::chart_reference> fetched;  // by the agent; absent: the chart is a folder
  std::vector<std::string> values;
  std::vector<std::string> set;
  std::vector<std::string> set_string;
  model::policy policy;
  model::measured_release measured;
  std::optional<model::canary> canary;
  std::vector<std::string> canary_values;
};

// An empty `release` means the only one there is. Errors: not_found (no such release or environment; the
// known ones are listed), invalid_input (what the file and the inputs say together is not complete or not
// possible).
result<resolved_release> resolve(const spec_file& file, std::string_view release,
                                 std::string_view environment, const overrides& inputs = {});

// Without a leadsman.yaml: inputs alone. Errors: invalid_input.
result<resolved_release> resolve_inputs(std::string_view release, std::string_view environment,
                                        const overrides& inputs);

// The keys that load_spec accepts, for the test that holds docs/leadsman.schema.json against them.
struct accepted_keys {
  std::vector<std::string> top, release, environment;
};
accepted_keys keys();

}  // namespace leadsman::spec
