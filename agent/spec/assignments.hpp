#pragma once

#include <string>
#include <vector>

#include "document/reader.hpp"

namespace leadsman::spec {

enum class value_types { any, text_only };

// `set` and `set-string`: a list of "name=value", or a mapping of name to value. Values of a mapping are
// taken literally: a comma in them does not begin the next assignment.
std::vector<std::string> read_assignments(document::object_reader& in, const std::string& key,
                                          value_types allowed);

// "image.tag" of "image.tag=v2".
std::string_view assigned_name(std::string_view assignment);

}  // namespace leadsman::spec
