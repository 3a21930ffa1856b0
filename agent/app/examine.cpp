#include "app/examine.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "app/clusters.hpp"
#include "base/text.hpp"
#include "runner/doctor/cluster.hpp"
#include "runner/doctor/helm.hpp"
#include "store/sqlite/volume.hpp"

namespace leadsman::app {

namespace {

// For helm's files while it tells its version: the state folder may be what is wrong.
struct scratch_folder {
  std::filesystem::path path;
  explicit scratch_folder(std::string pattern) {
    if (::mkdtemp(pattern.data())) path = pattern;
  }
  ~scratch_folder() {
    std::error_code ignored;
    if (!path.empty()) std::filesystem::remove_all(path, ignored);
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
};

helm::runner_settings helm_settings(const config& settings, const std::filesystem::path& run_dir) {
  return {.program = settings.helm, .expected_sha256 = settings.helm_sha256, .run_dir = run_dir};
}

task<wire::check> examine_helm(const config& settings, std::filesystem::path run_dir) {
  asio::thread_pool blocking(1);
  helm::runner helm(co_await asio::this_coro::executor, helm_settings(settings, run_dir));
  auto looking = runner::look_at_helm(helm, blocking);
  const runner::helm_sight seen = co_await std::move(looking);
  co_return runner::judge_helm(seen);
}

wire::check judge_kubeconfig(const error& e, const std::string& field) {
  const std::string mend = e.code == errc::unauthenticated ? "get a new kubeconfig from the cluster's administrator, or log in again"
                           : e.code == errc::not_found     ? "name a file and a context that exist: --kubeconfig, --context, KUBECONFIG, or clusters in the agent's configuration"
                                                           : "mend that file, or name another one: --kubeconfig, KUBECONFIG, or clusters in the agent's configuration";
  return wire::wrong("kubeconfig", field + e.message, mend);
}

task<wire::checks> examine_cluster(std::string name, const cluster_config& c, bool embedded) {
  const auto made = make_cluster(name, c, co_await asio::this_coro::executor);
  wire::checks rows;
  if (!made) {
    // Who starts an embedded agent has never named a cluster.
    rows.push_back(judge_kubeconfig(made.error(), embedded ? "" : made.error().field + ": "));
    co_return rows;
  }
  rows.push_back(wire::well("kubeconfig", c.kubeconfig.empty() ? "the service account of this pod" : c.kubeconfig + ", context " + made->api->context()));
  auto looking = runner::look_at_cluster(*made->api, name);
  const runner::cluster_sight seen = co_await std::move(looking);
  wire::append(rows, runner::judge_cluster(seen));
  co_return rows;
}

task<void> examine_all(const config& settings, wire::checks& rows) {
  rows.push_back(store::judge_volume(store::look_at_volume(settings.state)));
  std::error_code ignored;
  const scratch_folder scratch((std::filesystem::temp_directory_path(ignored) / "leadsman-doctor-XXXXXX").string());
  auto helm = examine_helm(settings, scratch.path);
  wire::check of_helm = co_await std::move(helm);
  rows.push_back(std::move(of_helm));
  for (const auto& [name, c] : settings.clusters) {
    auto examining = examine_cluster(name, c, settings.embedded);
    wire::checks more = co_await std::move(examining);
    wire::append(rows, std::move(more));
  }
}

}  // namespace

wire::checks examine(const config& settings) {
  asio::io_context io(1);
  wire::checks rows;
  spawn(io.get_executor(), "doctor", [&] { return examine_all(settings, rows); });
  io.run();
  return rows;
}

std::string to_text(const wire::checks& checks) {
  constexpr std::string_view k_marks[]{"✓", "!", "✗"};
  std::string text;
  for (const wire::check& c : checks) {
    text += fmt::format("{} {}  {}\n", k_marks[static_cast<int>(c.verdict)], c.name, c.found);
    if (!c.mend.empty()) text += "    " + c.mend + "\n";
  }
  return text;
}

}  // namespace leadsman::app
