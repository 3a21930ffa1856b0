#include "runner/chart.hpp"

#include <fstream>
#include <iterator>

#include "archive/archive.hpp"
#include "async/offload.hpp"

namespace leadsman::runner {

namespace fs = std::filesystem;

static fs::path folder_of(const rollout& r) { return r.shared.run_dir / "charts" / r.id(); }

task<result<void>> unpack_chart(rollout& r) {
  if (!r.chart_folder.empty()) co_return result<void>{};
  const fs::path folder = folder_of(r);
  LEADSMAN_CO_TRY(std::string bytes, co_await r.shared.store.chart(r.request.chart.digest));
  const std::function<result<std::string>()> work = [folder, bytes = std::move(bytes), digest = r.request.chart.digest] {
    std::error_code ignored;
    fs::remove_all(folder, ignored);  // what an earlier agent left
    fs::create_directories(folder.parent_path(), ignored);
    return archive::unpack(bytes, folder, digest);
  };
  LEADSMAN_CO_CHECK(co_await offload(r.shared.blocking, work));
  r.chart_folder = folder;
  co_return result<void>{};
}

void remove_chart(rollout& r) {
  std::error_code ignored;
  fs::remove_all(folder_of(r), ignored);
  r.chart_folder.clear();
}

bool brings_definitions(const rollout& r) {
  std::error_code ignored;
  return !r.chart_folder.empty() && fs::is_directory(r.chart_folder / "crds", ignored);
}

result<helm::values_input> values_input_of(const model::deployment_request& request, const fs::path& chart_folder) {
  helm::values_input input;
  for (const model::values_file& file : request.values) input.files.push_back({file.name, file.content});
  input.set = request.set;
  input.set_string = request.set_string;
  std::ifstream defaults(chart_folder / "values.yaml", std::ios::binary);
  if (chart_folder.empty() || !defaults) return input;
  const std::string text{std::istreambuf_iterator<char>(defaults), {}};
  LEADSMAN_TRY(input.chart_defaults, helm::parse_values({"values.yaml", text}));
  return input;
}

result<void> prepare_values_of(rollout& r) {
  LEADSMAN_TRY(helm::values_input input, values_input_of(r.request, r.chart_folder));
  LEADSMAN_TRY(r.values, helm::prepare_values(input));
  if (r.request.canary) {
    for (const model::values_file& file : r.request.canary->values) input.files.push_back({file.name, file.content});
    LEADSMAN_TRY(r.canary_values, helm::prepare_values(input));
  }
  r.hide_secrets({});
  return {};
}

helm::apply_method apply_method_of(const model::policy& policy, const std::optional<helm::release>& before) {
  switch (policy.server_side) {
    case model::server_side::always: return helm::apply_method::server_side;
    case model::server_side::never: return helm::apply_method::client_side;
    case model::server_side::automatic: break;
  }
  if (!before) return helm::apply_method::server_side;
  return before->apply.value_or(helm::apply_method::client_side);
}

helm::upgrade_request upgrade_request_of(const rollout& r, side which) {
  helm::upgrade_request ask;
  ask.release = helm_release_of(r, which);
  ask.chart = r.chart_folder.string();
  ask.wait = r.policy().wait == model::wait_strategy::watcher ? helm::wait_strategy::watcher : helm::wait_strategy::legacy;
  ask.timeout = r.policy().timeout;
  ask.history_max = r.policy().history_max;
  ask.deployment_id = r.id();
  ask.force_conflicts = r.policy().force_conflicts;
  ask.skip_crds = !r.reach().cluster_scoped;
  return ask;
}

}  // namespace leadsman::runner
