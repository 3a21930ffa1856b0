#include "helm/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.hpp"
#include "document/yaml.hpp"
#include "helm/member.hpp"

namespace leadsman::helm {

namespace {

constexpr std::string_view k_source_mark = "# Source: ";

// One document of the manifest as it stands there.
struct piece {
  std::string text;
  std::string source;
  bool has_content = false;
};

bool is_separator(std::string_view line) {
  return line.starts_with("---") && (line.size() == 3 || line[3] == ' ' || line[3] == '\t' || line[3] == '\r');
}

void add_line(piece& to, std::string_view line) {
  const std::string_view content = trim(line);
  if (content.starts_with(k_source_mark)) to.source = content.substr(k_source_mark.size());
  if (!content.empty() && !content.starts_with('#')) to.has_content = true;
  to.text += line;
  to.text += '\n';
}

std::vector<piece> split_documents(std::string_view manifest) {
  std::vector<piece> pieces(1);
  for (const std::string_view line : split(manifest, '\n')) {
    if (!is_separator(line)) {
      add_line(pieces.back(), line);
      continue;
    }
    std::string source = pieces.back().source;  // a template of several objects is named once
    pieces.emplace_back().source = std::move(source);
    if (!trim(line.substr(3)).empty()) add_line(pieces.back(), line.substr(3));
  }
  std::erase_if(pieces, [](const piece& one) { return !one.has_content; });
  return pieces;
}

enum class generated_names { refused, accepted };

struct splitting {
  std::string_view release_namespace;
  generated_names generated;
};

result<void> add_object(std::vector<object>& objects, const json& value, const piece& from, const splitting& how) {
  if (member(value, "items").is_array()) {
    for (const json& item : value["items"]) {
      piece of_item = from;
      of_item.text = item.dump() + "\n";
      LEADSMAN_CHECK(add_object(objects, item, of_item, how));
    }
    return {};
  }
  const json& metadata = member(value, "metadata");
  object made{text_of(value, "apiVersion"), text_of(value, "kind"), text_of(metadata, "namespace"), text_of(metadata, "name"), from.source, from.text, value};
  if (made.name.empty() && how.generated == generated_names::accepted) made.name = text_of(metadata, "generateName");
  if (made.api_version.empty() || made.kind.empty() || made.name.empty()) {
    return fail(errc::invalid_input, "An object in the manifest lacks apiVersion, kind or metadata.name.", from.source);
  }
  if (made.object_namespace.empty()) made.object_namespace = how.release_namespace;
  objects.push_back(std::move(made));
  return {};
}

result<std::vector<object>> split_objects(std::string_view manifest, const splitting& how) {
  std::vector<object> objects;
  for (const piece& one : split_documents(manifest)) {
    const std::string what = one.source.empty() ? "manifest" : one.source;
    LEADSMAN_TRY(const auto documents, document::parse_yaml_stream(one.text, what));
    for (const json& value : documents) LEADSMAN_CHECK(add_object(objects, value, one, how));
  }
  return objects;
}

}  // namespace

const json& pod_spec_of(const object& one) {
  const json& spec = member(one.value, "spec");
  if (one.kind == "Pod") return spec;
  if (one.kind == "CronJob") return member(member(member(member(spec, "jobTemplate"), "spec"), "template"), "spec");
  for (const std::string_view kind : {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"}) {
    if (one.kind == kind) return member(member(spec, "template"), "spec");
  }
  return member(json(), "");
}

result<std::vector<object>> split_manifest(std::string_view manifest, std::string_view release_namespace) {
  return split_objects(manifest, {release_namespace, generated_names::refused});
}

result<std::vector<object>> split_created(std::string_view manifest, std::string_view release_namespace) {
  return split_objects(manifest, {release_namespace, generated_names::accepted});
}

std::vector<expected_workload> workloads(const std::vector<object>& objects) {
  std::vector<expected_workload> found;
  for (const object& one : objects) {
    const json& pod = pod_spec_of(one);
    if (!pod.is_object()) continue;
    expected_workload workload{one.api_version, one.kind, one.object_namespace, one.name, std::nullopt, {}};
    const json& replicas = member(member(one.value, "spec"), "replicas");
    if (replicas.is_number_integer()) workload.replicas = replicas.get<int>();
    for (const char* list : {"initContainers", "containers"}) {
      for (const json& container : member(pod, list)) workload.images[text_of(container, "name")] = text_of(container, "image");
    }
    found.push_back(std::move(workload));
  }
  return found;
}

std::vector<expected_service> services(const std::vector<object>& objects) {
  std::vector<expected_service> found;
  for (const object& one : objects) {
    if (one.kind != "Service" || one.api_version != "v1") continue;
    const json& selector = member(member(one.value, "spec"), "selector");
    const bool external = text_of(member(one.value, "spec"), "type") == "ExternalName";
    found.push_back({one.object_namespace, one.name, selector.is_object() && !selector.empty() && !external});
  }
  return found;
}

std::vector<hook> tests_of(const std::vector<hook>& all) {
  std::vector<hook> tests;
  std::ranges::copy_if(all, std::back_inserter(tests), &hook::is_test);
  std::ranges::stable_sort(tests, [](const hook& a, const hook& b) { return std::tie(a.weight, a.name) < std::tie(b.weight, b.name); });
  return tests;
}

}  // namespace leadsman::helm
