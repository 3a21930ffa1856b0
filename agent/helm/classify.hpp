#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadsman::helm {

// helm ends with exit code 1 whatever happened; what happened stands in stderr only.
enum class failure_class {
  cluster_unreachable,  // at the beginning or in between; look what has become of the release, then try again
  in_progress,          // a revision is pending: look at its owner before anything else
  lost_race,            // somebody made the same revision at the same time: read the history again
  conflict,             // another field manager owns what the chart sets
  timeout,
  storage,  // the release could not be saved
  no_release,
  ownership,  // an object exists and is not of this release
  chart_or_values,
  missing_kind,  // CRD or API version not served
  held_back,     // by our post-renderer, before anything was changed
  hook,          // a hook or test failed
  cancelled,
  denied,   // forbidden by RBAC or refused by admission
  unknown,
};

std::string_view to_string(failure_class value);

struct field_conflict {
  std::string manager;
  std::string object;  // "default/web apps/v1, Kind=Deployment"
  std::string field;   // ".spec.replicas"; several joined by ", "

  friend bool operator==(const field_conflict&, const field_conflict&) = default;
};

struct failure {
  failure_class kind = failure_class::unknown;
  std::string message;  // one paragraph for people: helm's error without its log lines
  std::vector<field_conflict> conflicts{};
  bool may_retry = false;  // the same command may succeed unchanged
};

// Pure. `output` helps where helm tells on stdout that it was canceled.
failure classify(std::string_view error_output, std::string_view output = {});

// The lines of helm's stderr that are for people: no structured log lines.
std::string clean_messages(std::string_view error_output);

}  // namespace leadsman::helm
