#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "archive/content.hpp"

namespace leadsman::archive {

struct chart_dependency {
  std::string name;
  std::string version;
  std::string repository;
};

struct chart_metadata {
  std::string name;
  std::string version;
  std::string app_version;  // may be empty
  std::string type;         // "application" or "library"
  std::vector<chart_dependency> dependencies;
};

// Reads Chart.yaml as far as Leadsman needs it; unknown keys are helm's business. `file` names it in
// messages. Errors: invalid_input at "file:line".
result<chart_metadata> parse_chart(std::string_view text, std::string_view file);

struct packed_folder {
  std::string bytes;   // tar.gz
  std::string sha256;  // hex, of the canonical tar (not of the gzip)
};

// A folder with a Chart.yaml as an archive. Errors: those of read_folder; invalid_input when there is no
// Chart.yaml, naming the one sub-folder that has one.
result<packed_folder> pack_folder(const std::filesystem::path& folder, const limits& bounds = {});

struct packed_chart {
  std::string bytes;
  std::string sha256;
  chart_metadata metadata;
  std::vector<std::string> notes;  // "dependency common was packed from ../common"
};

// As above, and complete: each dependency is in charts/ already, or its repository is file:// (relative to
// the chart, or absolute: the user's own machine) and it is packed into charts/<name>, with its own
// dependencies. Errors: also invalid_input for dependencies that are missing (run "helm dependency build"),
// that contain each other, for a library chart, or for a Chart.yaml without a usable name or version.
result<packed_chart> pack_chart(const std::filesystem::path& folder, const limits& bounds = {});

// What `helm package` has made, from anyone, as an archive of ours. Errors: those of read_archive; invalid_input for what
// is no packed chart, or a library chart.
result<packed_chart> repack_chart(std::string_view bytes, const limits& bounds = {});

}  // namespace leadsman::archive
