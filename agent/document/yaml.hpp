#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "document/reader.hpp"

namespace leadsman::document {

// One YAML document as JSON, with the line on which each value starts. Scalars and keys are typed as Kubernetes and Helm
// type them (see resolve_scalar: yes and on are true, 017 is 15; quoted is text). Anchors and merge keys are resolved; a
// duplicate key is an error.
struct yaml_document {
  json value;
  std::map<std::string, int, std::less<>> lines;  // "releases.shop.chart" → 7, 1-based

  // The line of `path`, or of its nearest known parent; 0 when nothing is known.
  int line_of(std::string_view path) const;
};

// `file` names the source in messages. Errors: invalid_input ("file:line: what").
result<yaml_document> parse_yaml(std::string_view text, std::string_view file);

// All documents of a stream ("---"), as a rendered manifest is; empty ones are left out. Of a duplicate key the last one
// counts, as it does for helm. Errors as above.
result<std::vector<json>> parse_yaml_stream(std::string_view text, std::string_view what);

// An error whose `field` is a path in `document` becomes one at "file:line".
error locate(error e, const yaml_document& document, std::string_view file);

}  // namespace leadsman::document
