#include "runner/doctor/helm.hpp"

#include "async/offload.hpp"

namespace leadsman::runner {

namespace {
constexpr const char* k_helm = "helm";
}

task<helm_sight> look_at_helm(helm::runner& helm, asio::thread_pool& blocking) {
  const std::function<result<std::string>()> checking = [&helm] { return helm.check_program(); };
  helm_sight seen;
  seen.version_before = helm.known_version();
  seen.pinned = helm.is_pinned();
  seen.program = co_await offload(blocking, checking);
  if (!seen.program) co_return seen;
  auto asking = helm.version_now();
  seen.version = co_await std::move(asking);
  co_return seen;
}

wire::check judge_helm(const helm_sight& seen) {
  if (!seen.program && seen.program.error().code == errc::refused) {
    return wire::wrong(k_helm, seen.program.error().message, "put the pinned helm back, or change helm.sha256 in the agent's configuration if the other one is meant");
  }
  if (!seen.program) return wire::wrong(k_helm, seen.program.error().message, "install helm 4 there, or name another one: helm.path in the agent's configuration, --helm, LEADSMAN_HELM");
  if (!seen.version) return wire::wrong(k_helm, *seen.program + ": " + seen.version.error().message, "run it by hand: is it a helm for this machine?");
  const std::string found = *seen.version + ", " + *seen.program;
  if (!seen.version->starts_with("v4.")) return wire::wrong(k_helm, found + ": Leadsman needs helm 4", "install helm 4, or name another one by helm.path, --helm or LEADSMAN_HELM");
  if (!seen.version_before.empty() && seen.version_before != *seen.version) {
    return wire::doubtful(k_helm, found + "; it was " + seen.version_before + " when the agent started", "restart the agent, and pin helm by helm.sha256");
  }
  return wire::well(k_helm, found + (seen.pinned ? ", pinned by its SHA-256" : ""));
}

}  // namespace leadsman::runner
