#include "runner/reach.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/text.hpp"

namespace leadsman::runner {

namespace {

constexpr size_t k_most_named = 5;

bool is_of_the_cluster(const placed_object& object) {
  if (object.scope == object_scope::unknown) return object.name_space.empty();
  return object.scope == object_scope::of_the_cluster;
}

bool is_within(const placed_object& object, const model::reach& allowed, std::string_view own_namespace) {
  if (is_of_the_cluster(object)) return allowed.cluster_scoped;
  const std::string_view where = object.name_space.empty() ? own_namespace : std::string_view(object.name_space);
  return where == own_namespace || model::holds_namespace(allowed, where);
}

std::string describe(const placed_object& object) {
  const std::string name = truncate(object.name, 80);
  if (is_of_the_cluster(object)) return object.kind + " " + name + " (of the whole cluster)";
  return object.kind + " " + truncate(object.name_space, 80) + "/" + name;
}

std::string list_of(std::vector<std::string> names) {
  const size_t more = names.size() > k_most_named ? names.size() - k_most_named : 0;
  names.resize(names.size() - more);
  return join(names, ", ") + (more > 0 ? fmt::format(" and {} more", more) : "");
}

std::string what_is_allowed(const model::reach& allowed, std::string_view own_namespace) {
  std::vector<std::string> where{std::string(own_namespace)};
  std::ranges::copy_if(allowed.namespaces, std::back_inserter(where), [&](const std::string& glob) { return glob != own_namespace; });
  const std::string namespaces = model::holds_every_namespace(allowed) ? "every namespace" : join(where, ", ");
  return "works in " + namespaces + (allowed.cluster_scoped ? ", and on objects of the whole cluster" : ", not on objects of the whole cluster");
}

}  // namespace

std::optional<std::string> why_out_of_reach(std::span<const placed_object> objects, const model::reach& allowed, std::string_view own_namespace) {
  std::vector<std::string> beyond;
  bool needs_cluster = false, needs_namespaces = false;
  for (const placed_object& object : objects) {
    if (is_within(object, allowed, own_namespace)) continue;
    (is_of_the_cluster(object) ? needs_cluster : needs_namespaces) = true;
    if (std::string name = describe(object); std::ranges::find(beyond, name) == beyond.end()) beyond.push_back(std::move(name));
  }
  if (beyond.empty()) return std::nullopt;
  const std::string grant = !needs_cluster ? "releases" : needs_namespaces ? "releases and cluster-scoped"
                                                                           : "cluster-scoped";
  return fmt::format("the key that asks {}, which leaves out {}; nothing was changed. Take them out of the release, or widen `{}` of the key in the agent's access.keys",
                     what_is_allowed(allowed, own_namespace), list_of(std::move(beyond)), grant);
}

bool has_odd_line_ends(std::string_view manifest) {
  // Next line, line separator, paragraph separator: line ends of YAML 1.1, text in YAML 1.2.
  for (const std::string_view end : {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"}) {
    if (manifest.find(end) != std::string_view::npos) return true;
  }
  for (std::string_view line : split(manifest, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find('\r') != std::string_view::npos) return true;
    const bool separates = line.starts_with("---") && line.size() > 3;
    if (separates && line[3] != ' ' && line[3] != '\t') return true;
  }
  return false;
}

}  // namespace leadsman::runner
