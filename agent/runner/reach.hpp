#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/reach.hpp"

namespace leadsman::runner {

enum class object_scope { of_a_namespace,
                          of_the_cluster,
                          unknown };

// One object that a deployment would create, change or remove.
struct placed_object {
  std::string kind;
  std::string name;
  std::string name_space;  // as it says itself; empty when it says none
  object_scope scope = object_scope::of_a_namespace;
};

// Why these objects may not be touched by whoever may reach `allowed` and, in any case, the release's own namespace: one
// sentence with the first of them, what the key may do, and what to do; absent when all are within. An object of unknown
// scope (its definition comes with the chart) belongs to the cluster unless it names a namespace. Pure.
std::optional<std::string> why_out_of_reach(std::span<const placed_object> objects, const model::reach& allowed, std::string_view own_namespace);

// Whether YAML readers disagree about where a line or a document of this text ends: then an object can look different to
// us than to helm. "\r\n" is not meant. Pure.
bool has_odd_line_ends(std::string_view manifest);

}  // namespace leadsman::runner
