#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace leadsman::helm {

// Requests as people mean them, and the argument lists that helm 4 is given for them. Pure. What must never be forgotten
// (namespace, server-side, wait strategy, timeout, history-max) is always explicit, since helm's defaults depend on the
// last revision, even a failed one. Values are only ever passed as files.

using arguments = std::vector<std::string>;

// The plugin by which a post-renderer is called; helm::runner installs it.
inline constexpr std::string_view k_post_renderer = "leadsman-gate";

struct release_ref {
  std::string release_namespace;
  std::string name;
  std::string kube_context{};  // empty: the kubeconfig's current one

  friend bool operator==(const release_ref&, const release_ref&) = default;
};

enum class wait_strategy { watcher, legacy };      // helm's default, hookOnly, may skip hooks (facts §1.3)
enum class apply_method { server_side, client_side };

std::string_view to_string(wait_strategy strategy);
std::string_view to_string(apply_method method);  // as in the release: "ssa", "csa"

struct upgrade_request {
  release_ref release;
  std::string chart;                      // a folder or .tgz
  std::vector<std::string> values_files{};  // in helm's order
  apply_method apply = apply_method::server_side;
  wait_strategy wait = wait_strategy::watcher;
  bool wait_for_jobs = false;
  std::chrono::milliseconds timeout{};  // of each single operation, not of the whole (facts §1.3)
  int history_max = 0;                  // 0: no limit
  std::string deployment_id{};          // becomes the label leadsman/deployment; empty: none
  std::string description{};
  bool force_conflicts = false;  // only under server-side apply
  bool take_ownership = false;
  bool create_namespace = false;
  bool no_hooks = false;
  bool skip_crds = false;  // the chart's crds/ folders, whatever they hold
  std::string post_render{};   // of upgrade_install: what it renders goes through the post-renderer with this word; empty: none
};

struct lint_request {
  std::string release_namespace;
  std::string chart;
  std::vector<std::string> values_files{};
  std::string kube_version{};  // of the target cluster, when known
};

struct test_request {
  release_ref release;
  std::chrono::milliseconds timeout{};
};

struct rollback_request {
  release_ref release;
  int revision = 0;  // always said: helm's own default is the revision before, good or bad (facts §1.8)
  apply_method apply = apply_method::server_side;
  wait_strategy wait = wait_strategy::watcher;
  bool wait_for_jobs = false;
  std::chrono::milliseconds timeout{};
  int history_max = 0;
  bool force_conflicts = true;  // under server-side apply; ignored under client-side, where helm refuses it
  bool no_hooks = false;
};

struct uninstall_request {
  release_ref release;
  wait_strategy wait = wait_strategy::watcher;
  std::chrono::milliseconds timeout{};
  bool no_hooks = false;
  std::string description{};
};

// Each errors with invalid_input, `field` naming the member, when the request could not mean anything safe.
result<arguments> upgrade_install(const upgrade_request& request);
// The same release as upgrade_install would make, rendered against the cluster and not applied; JSON on stdout.
result<arguments> render(const upgrade_request& request);
// What the chart makes without a cluster: for when the cluster lets us see nothing. YAML on stdout, hooks and tests too.
// Templates that look something up find nothing there.
result<arguments> render_alone(const upgrade_request& request);
result<arguments> lint(const lint_request& request);
result<arguments> test(const test_request& request);
result<arguments> rollback(const rollback_request& request);
result<arguments> uninstall(const uninstall_request& request);
// The files of the chart's crds/ folders, those of its subcharts included, as one stream of YAML on stdout.
result<arguments> show_crds(const std::string& chart);
arguments version();

// [a-z0-9]([-a-z0-9]*[a-z0-9])?(\.…)*, at most 53 characters: what helm accepts as a release name. Errors: invalid_input.
result<void> check_release_name(std::string_view name);

}  // namespace leadsman::helm
