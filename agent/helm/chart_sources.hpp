#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "helm/pull.hpp"

namespace leadsman::helm {

// Where charts may be fetched from: one entry of `charts.sources` in the agent's configuration.
struct chart_source {
  std::string prefix;              // "oci://ghcr.example.com/acme", as model::parse_chart_address gives it
  std::string user_file{};         // both or none: read at each fetch, so that a renewed Secret counts
  std::string password_file{};
  std::string docker_config_file{};  // of a registry, instead of the two above
  std::string ca_file{};
  bool plain_http = false;
};

struct chart_sources {
  std::vector<chart_source> allowed{};
  bool anything = false;             // an embedded agent fetches what its user could fetch
  std::string docker_config_file{};  // the user's own, for `anything`
};

// The entry with the longest prefix that `address` lies at or below, path by path; absent: not allowed. `anything` speaks
// plain HTTP to this machine alone. Pure.
std::optional<chart_source> find_source(const chart_sources& sources, std::string_view address);

// Whether an archive that a repository's index names may be fetched: it lies in one of the sources. Pure.
bool may_fetch_archive(const chart_sources& sources, std::string_view url);

// Absent when the source has no files for it. Errors: unavailable (a file that cannot be read or is empty); the path is
// for the log.
result<std::optional<user_and_password>> read_login(const chart_source& source);

}  // namespace leadsman::helm
