#pragma once

#include <istream>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace leadsman::helm {

struct index_entry {
  std::string url;     // the first one: an address, or relative to the repository's
  std::string sha256;  // hex, of the archive; empty when the index has none
};

// One chart in a repository's index.yaml, read as it streams by: an index may have tens of megabytes. Pure but for the
// stream. Errors: not_found (no such chart, or not in this very version: some that there are get listed), invalid_input
// (no index).
result<index_entry> find_in_index(std::istream& yaml, std::string_view name, std::string_view version);

// "https://host/path/shop-1.2.3.tgz". `repository` without a '/' at the end.
std::string resolve_index_url(std::string_view repository, std::string_view url);

}  // namespace leadsman::helm
