#include "runner/doctor/cluster.hpp"

#include <fmt/format.h>

namespace leadsman::runner {

namespace {

using namespace std::chrono_literals;

constexpr const char* k_cluster = "cluster";
constexpr auto k_most_apart = 30s;

std::string how_to_mend(errc code) {
  switch (code) {
    case errc::unauthenticated: return "the cluster does not take the credential any more, or the command that gets one fails: a new kubeconfig, or a renewed login";
    case errc::forbidden: return "something between us and the API server refuses us: is the address in the kubeconfig the API server's?";
    case errc::not_found: return "that address serves no Kubernetes API: look at `server` in the kubeconfig";
    default: return "from where the agent runs, the kubeconfig's `server` has to be reachable, and its certificate-authority-data has to be that of the server";
  }
}

}  // namespace

task<cluster_sight> look_at_cluster(kube::client& api, std::string name) {
  cluster_sight seen{std::move(name), net::to_string(api.server()), now()};
  auto asking = api.look_at_server();
  seen.answer = co_await std::move(asking);
  seen.answered = now();
  co_return seen;
}

wire::checks judge_cluster(const cluster_sight& seen) {
  const std::string which = seen.name + " at " + seen.server;
  if (!seen.answer) return {wire::wrong(k_cluster, which + ": " + seen.answer.error().message, how_to_mend(seen.answer.error().code))};
  wire::checks rows{wire::well(k_cluster, which + ": Kubernetes " + seen.answer->version)};
  if (!seen.answer->clock) return rows;
  const auto ahead = clock_offset(*seen.answer->clock, seen.asked, seen.answered);
  if (ahead > -k_most_apart && ahead < k_most_apart) return rows;
  rows.push_back(wire::doubtful("cluster clock", fmt::format("the API server's clock is {} {} the agent's", format_duration(ahead < 0ms ? -ahead : ahead), ahead < 0ms ? "behind" : "ahead of"),
                                "set both by NTP: tokens and certificates are judged by them"));
  return rows;
}

}  // namespace leadsman::runner
