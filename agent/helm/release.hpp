#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "helm/argv.hpp"

namespace leadsman::helm {

using json = nlohmann::json;

enum class release_status {
  unknown,
  deployed,
  uninstalled,
  superseded,
  failed,
  uninstalling,
  pending_install,
  pending_upgrade,
  pending_rollback,
};

std::string_view to_string(release_status status);  // helm's words: "pending-install"
release_status parse_status(std::string_view word);
bool is_pending(release_status status);  // somebody is at work on it, or died

struct chart_ref {
  std::string name;
  std::string version;
  std::string app_version;
};

struct hook_run {
  std::optional<wall_time> started;
  std::optional<wall_time> completed;
  std::string phase;  // "Succeeded", "Failed", "Running", "Unknown"
};

struct hook {
  std::string name;
  std::string kind;
  std::string path;
  std::string manifest;
  std::vector<std::string> events;
  std::vector<std::string> delete_policies;
  int weight = 0;
  hook_run last_run;

  bool is_test() const;
};

// One revision as helm stored it, without the chart's templates and files.
struct release {
  std::string name;
  std::string release_namespace;
  int revision = 0;
  release_status status = release_status::unknown;
  std::string description;
  std::optional<wall_time> first_deployed;
  std::optional<wall_time> last_deployed;
  chart_ref chart;
  json config = json::object();  // the user's values
  std::string manifest;
  std::string notes;
  std::vector<hook> hooks;
  std::map<std::string, std::string> labels;  // helm's own (name, owner, status …) left out
  std::optional<apply_method> apply;          // absent: made by a helm that knew only client-side

  int tests() const;  // hooks that `helm test` would run
};

// "shop-1.2.3"
std::string chart_name(const release& r);

// "sh.helm.release.v1.shop.v3"
std::string secret_name(std::string_view name, int revision);
// For lists: "owner=helm,name=shop".
std::string secret_selector(std::string_view name);

// `secret` is the Secret as the API server gives it (JSON). Errors: invalid_input (not a helm release), too_large (more
// than 64 MiB unpacked).
result<release> decode_release(const json& secret);

// The release in `text`, as `helm upgrade -o json` and `helm status -o json` print it. Errors: invalid_input.
result<release> parse_release(std::string_view text);

// The Secret to PUT so that a revision left in pending-* counts as failed and helm goes on. Everything else stays as it
// was; resourceVersion too, so that a lost race is a conflict. Errors: as decode_release; conflict when it is not pending.
result<json> mark_failed(const json& secret, std::string_view description, wall_time now);

}  // namespace leadsman::helm
