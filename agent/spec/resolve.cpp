#include <algorithm>
#include <filesystem>

#include "base/text.hpp"
#include "spec/assignments.hpp"
#include "spec/placeholder.hpp"
#include "spec/spec.hpp"
#include "wire/canary.hpp"
#include "wire/policy.hpp"

namespace leadsman::spec {

namespace {

template <class T>
using named = std::map<std::string, T, std::less<>>;

template <class T>
std::vector<std::string> names_of(const named<T>& map) {
  std::vector<std::string> names;
  for (const auto& [name, value] : map) names.push_back(name);
  return names;
}

template <class T>
std::unexpected<error> unknown(const named<T>& map, const std::string& kind, std::string_view name,
                               const std::string& file) {
  const auto names = names_of(map);
  const auto suggestion = nearest(name, names);
  return fail(errc::not_found,
              file + " has no " + kind + " '" + truncate(name, 80) + "'; " +
                  (suggestion ? "did you mean '" + *suggestion + "'? " : "") + "there is " + one_of(names),
              kind);
}

result<std::string> choose_release(const spec_file& file, std::string_view release) {
  if (file.releases.contains(release)) return std::string(release);
  if (!release.empty()) return unknown(file.releases, "release", release, file.name);
  if (file.releases.size() == 1) return file.releases.begin()->first;
  return fail(errc::invalid_input, "say which release: " + one_of(names_of(file.releases)), "release");
}

// A file without environments takes any name: it only fills placeholders.
result<environment_spec> choose_environment(const spec_file& file, std::string_view environment) {
  if (!environment.empty() && !is_environment_name(environment)) {
    return fail(
        errc::invalid_input,
        "'" + truncate(environment, 80) + "' is not a valid name; allowed are " + k_environment_name_rule,
        "environment");
  }
  if (file.environments.empty()) return environment_spec{};
  if (const auto at = file.environments.find(environment); at != file.environments.end()) return at->second;
  if (!environment.empty()) return unknown(file.environments, "environment", environment, file.name);
  return fail(errc::invalid_input, "say which environment: " + one_of(names_of(file.environments)),
              "environment");
}

const std::string& first_set(std::initializer_list<const std::string*> candidates) {
  static const std::string k_none;
  const auto at = std::ranges::find_if(candidates, [](const std::string* text) { return !text->empty(); });
  return at == candidates.end() ? k_none : **at;
}

class merger {
 public:
  merger(const spec_file& file, std::string release, std::string_view environment)
      : file_(file), environment_(environment), release_(std::move(release)) {}

  result<resolved_release> merge(const release_spec& release, const environment_spec& environment,
                                 const overrides& inputs) {
    resolved_release out;
    out.id.name = release_;
    out.id.cluster = first_set({&inputs.cluster, &environment.cluster});
    if (out.id.cluster.empty()) out.id.cluster = "default";
    out.environment = environment_;
    out.agent = first_set({&inputs.agent, &environment.agent, &file_.agent});
    LEADSMAN_TRY(out.id.name_space, name_space(release, environment, inputs));
    LEADSMAN_CHECK(add_chart(out, release, inputs));
    const std::string owner = "releases." + release_;
    LEADSMAN_CHECK(add_values(out.values, release.values, owner));
    LEADSMAN_CHECK(add_values(out.values, environment.values, "environments." + environment_));
    LEADSMAN_CHECK(add_values(out.values, inputs.values, ""));
    out.measured = release.measured;
    out.canary = release.canary;
    LEADSMAN_CHECK(fill_probe(out.canary, owner + ".canary.in-effect.probe"));
    LEADSMAN_CHECK(add_values(out.canary_values, release.canary_values, owner + ".canary"));
    merge_assignments(out, release, inputs);
    document::object_reader in(inputs.policy, "");
    out.policy = wire::read_policy(in, release.policy);
    LEADSMAN_CHECK(in.finish());
    LEADSMAN_CHECK(model::check_release_id(out.id));
    if (out.canary) LEADSMAN_CHECK(wire::check_canary_release(out.id));
    LEADSMAN_CHECK(wait_at(out, inputs.canary_weight));
    return out;
  }

 private:
  static result<void> wait_at(resolved_release& out, std::optional<int> weight) {
    if (!weight) return {};
    if (!out.canary) return fail(errc::invalid_input, "release '" + out.id.name + "' is rolling; a weight is for strategy: canary in leadsman.yaml", "canary-weight");
    out.canary = model::waiting_at(std::move(*out.canary), *weight);
    return {};
  }

  // A text of the file, with its line in errors; or, with an empty path, of an input.
  result<std::string> fill(const std::string& text, const std::string& path, const std::string& input) const {
    auto filled = fill_placeholder(text, environment_);
    if (filled) return filled;
    error e = filled.error();
    e.field = path.empty() ? input : path;
    return fail(path.empty() ? e : document::locate(std::move(e), file_.source, file_.name));
  }

  std::string from_folder_of_file(const std::string& path) const {
    const auto folder = std::filesystem::path(file_.name).parent_path();
    return (folder / path).lexically_normal().string();
  }

  result<std::string> name_space(const release_spec& release, const environment_spec& environment,
                                 const overrides& inputs) const {
    if (!inputs.name_space.empty()) return fill(inputs.name_space, "", "namespace");
    if (!environment.name_space.empty())
      return fill(environment.name_space, "environments." + environment_ + ".namespace", "");
    if (!release.name_space.empty())
      return fill(release.name_space, "releases." + release_ + ".namespace", "");
    return fail(
        errc::invalid_input,
        "the namespace is not known; " +
            (file_.name.empty() ? std::string("say it")
                                : "write it in " + file_.name + " at releases." + release_ + ", or say it"),
        "namespace");
  }

  // An input's chart takes the file's repository only when it is one of a repository and says none itself.
  result<void> add_chart(resolved_release& out, const release_spec& release, const overrides& inputs) const {
    const bool from_file = inputs.chart.empty();
    if (from_file && release.chart.empty())
      return fail(errc::invalid_input, "the chart is not known; say it, or write a leadsman.yaml", "chart");
    const bool files_repo = inputs.repo.empty() && (from_file || model::is_named_version(inputs.chart));
    const std::string owner = "releases." + release_;
    const std::string chart_path = from_file ? owner + ".chart" : "", repo_path = files_repo ? owner + ".repo" : "";
    LEADSMAN_TRY(out.chart, fill(from_file ? release.chart : inputs.chart, chart_path, "chart"));
    LEADSMAN_TRY(const std::string repo, fill(files_repo ? release.repo : inputs.repo, repo_path, "repo"));
    if (!model::is_fetched(out.chart, repo)) {
      if (from_file) out.chart = from_folder_of_file(out.chart);
      return {};
    }
    auto fetched = model::parse_chart_reference(out.chart, repo);
    if (!fetched) return at_fault(std::move(fetched).error(), chart_path, repo_path);
    out.chart = model::to_string(*fetched);
    out.fetched = std::move(*fetched);
    return {};
  }

  std::unexpected<error> at_fault(error e, const std::string& chart_path, const std::string& repo_path) const {
    const std::string& path = e.field == "repo" ? repo_path : chart_path;
    if (path.empty()) return fail(std::move(e));
    e.field = path;
    return fail(document::locate(std::move(e), file_.source, file_.name));
  }

  result<void> fill_probe(std::optional<model::canary>& canary, const std::string& path) const {
    if (!canary || !canary->in_effect || !canary->in_effect->probe) return {};
    model::traffic_probe& probe = *canary->in_effect->probe;
    LEADSMAN_TRY(probe.url, fill(probe.url, path + ".url", ""));
    LEADSMAN_TRY(probe.host, fill(probe.host, path + ".host", ""));
    return {};
  }

  result<void> add_values(std::vector<std::string>& out, const std::vector<std::string>& files,
                          const std::string& owner) const {
    for (size_t i = 0; i < files.size(); ++i) {
      const std::string path = owner.empty() ? "" : owner + ".values[" + std::to_string(i) + "]";
      LEADSMAN_TRY(const std::string file, fill(files[i], path, "values"));
      out.push_back(owner.empty() ? file : from_folder_of_file(file));
    }
    return {};
  }

  // Helm takes every set-string after every set, wherever they come from. What an input sets must not lose to
  // a set-string of the file, so that one is left out.
  static void merge_assignments(resolved_release& out, const release_spec& release, const overrides& inputs) {
    out.set = release.set;
    out.set.insert(out.set.end(), inputs.set.begin(), inputs.set.end());
    for (const std::string& assignment : release.set_string) {
      const auto same = [&](const std::string& input) {
        return assigned_name(input) == assigned_name(assignment);
      };
      if (std::ranges::none_of(inputs.set, same)) out.set_string.push_back(assignment);
    }
    out.set_string.insert(out.set_string.end(), inputs.set_string.begin(), inputs.set_string.end());
  }

  const spec_file& file_;
  std::string environment_;
  std::string release_;
};

result<void> check_assignments(const std::vector<std::string>& list, const char* input) {
  for (const std::string& assignment : list) {
    const auto equals = assignment.find('=');
    if (equals != 0 && equals != std::string::npos) continue;
    // The text itself may be a secret whose name was forgotten.
    return fail(errc::invalid_input, "expected name=value, found a text without a name or '='", input);
  }
  return {};
}

result<void> check_inputs(const overrides& inputs) {
  LEADSMAN_CHECK(check_assignments(inputs.set, "set"));
  return check_assignments(inputs.set_string, "set-string");
}

}  // namespace

void set_choice(overrides& inputs, std::string_view key, std::string_view text) {
  const auto typed = document::parse_yaml(text, key);
  inputs.policy[std::string(key)] = typed && typed->value.is_primitive() && !typed->value.is_null()
                                        ? typed->value
                                        : nlohmann::json(std::string(text));
}

result<resolved_release> resolve(const spec_file& file, std::string_view release,
                                 std::string_view environment, const overrides& inputs) {
  LEADSMAN_CHECK(check_inputs(inputs));
  LEADSMAN_TRY(std::string name, choose_release(file, release));
  LEADSMAN_TRY(const environment_spec chosen, choose_environment(file, environment));
  const release_spec& found = file.releases.at(name);
  return merger(file, std::move(name), environment).merge(found, chosen, inputs);
}

result<resolved_release> resolve_inputs(std::string_view release, std::string_view environment,
                                        const overrides& inputs) {
  LEADSMAN_CHECK(check_inputs(inputs));
  if (release.empty())
    return fail(errc::invalid_input, "the release is not known; say it, or write a leadsman.yaml", "release");
  const spec_file none;
  LEADSMAN_CHECK(choose_environment(none, environment));
  return merger(none, std::string(release), environment).merge({}, {}, inputs);
}

}  // namespace leadsman::spec
