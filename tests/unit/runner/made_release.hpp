#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "helm/encoding.hpp"

namespace leadsman::runner {

// A revision of release shop/web as helm makes it.
struct made_release {
  int revision = 1;
  std::string status = "deployed";
  std::string deployment{};  // the label that we have helm set; empty: somebody else made it
  std::string manifest{};
  std::vector<nlohmann::json> hooks{};
  std::string description{};
  nlohmann::json config = nlohmann::json::object();
};

inline nlohmann::json release_json(const made_release& r) {
  return {{"name", "web"},
          {"namespace", "shop"},
          {"version", r.revision},
          {"info", {{"status", r.status}, {"description", r.description}, {"last_deployed", "2026-11-21T12:00:00Z"}}},
          {"chart", {{"metadata", {{"name", "web"}, {"version", "1.2.3"}, {"appVersion", "7"}}}}},
          {"config", r.config},
          {"manifest", r.manifest},
          {"hooks", r.hooks},
          {"apply_method", "ssa"}};
}

inline nlohmann::json release_secret(const made_release& r) {
  nlohmann::json labels{{"owner", "helm"}, {"name", "web"}, {"version", std::to_string(r.revision)}, {"status", r.status}};
  if (!r.deployment.empty()) labels["leadsman/deployment"] = r.deployment;
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"type", "helm.sh/release.v1"},
          {"metadata", {{"name", "sh.helm.release.v1.web.v" + std::to_string(r.revision)}, {"namespace", "shop"}, {"labels", labels}}},
          {"data", {{"release", helm::base64_encode(helm::base64_encode(helm::gzip(release_json(r).dump())))}}}};
}

inline nlohmann::json smoke_test() {
  return {{"name", "smoke"}, {"kind", "Pod"}, {"events", {"test"}}, {"manifest", "apiVersion: v1\nkind: Pod\nmetadata: {name: smoke}\n"}};
}

inline nlohmann::json smoke_test_that_ran(const std::string& phase, wall_time at) {
  nlohmann::json hook = smoke_test();
  hook["last_run"] = {{"started_at", format_rfc3339(at)}, {"completed_at", format_rfc3339(at)}, {"phase", phase}};
  return hook;
}

}  // namespace leadsman::runner
