#include "runner/rollouts.hpp"

namespace leadsman::runner {

using nlohmann::json;

namespace {

json row(std::string check, bool ok, std::string found, std::string mend = "") {
  return {{"check", std::move(check)}, {"ok", ok}, {"found", std::move(found)}, {"mend", std::move(mend)}};
}

struct need {
  const char* verb;
  const char* group;
  const char* resource;
  const char* why;
};

// What Leadsman itself needs in a release's namespace; what the chart needs beyond is tried per object before a deploy.
constexpr need k_needs[]{
    {"create", "coordination.k8s.io", "leases", "the lease of a release"},
    {"update", "coordination.k8s.io", "leases", "the lease of a release"},
    {"create", "", "configmaps", "the ledger of a release"},
    {"update", "", "configmaps", "the ledger of a release"},
    {"list", "", "secrets", "helm's record of a release"},
    {"create", "", "secrets", "helm's record of a release"},
    {"patch", "apps", "deployments", "workloads"},
    {"watch", "", "pods", "progress and evidence"},
    {"get", "", "pods/log", "logs of tests"},
    {"list", "", "events", "evidence"},
    {"list", "discovery.k8s.io", "endpointslices", "proof of a rollback"},
};

task<result<json>> ask_permission(kube::client& api, const need& n, std::string name_space) {
  kube::access_question question;
  question.verb = n.verb;
  question.group = n.group;
  const std::string_view resource = n.resource;
  const size_t slash = resource.find('/');
  question.resource = resource.substr(0, slash);
  if (slash != std::string_view::npos) question.subresource = resource.substr(slash + 1);
  question.name_space = name_space;
  LEADSMAN_CO_TRY(const auto answer, co_await api.can_i(question));
  const std::string what = std::string(n.verb) + " " + n.resource + " in " + name_space;
  co_return row("permission", answer.allowed, what + (answer.allowed ? "" : " is not allowed"),
                answer.allowed ? "" : std::string("grant it to the agent: it is needed for ") + n.why);
}

}  // namespace

task<std::vector<std::string>> rollouts::not_ready_because() {
  std::vector<std::string> why;
  const auto stored = co_await shared_.store.has_chart(std::string(64, '0'));
  if (!stored) why.push_back("the store does not answer: " + stored.error().message);
  co_return why;
}

task<result<json>> rollouts::diagnose(std::string cluster_name, std::string name_space) {
  json rows = json::array();
  rows.push_back(row("agent", true, "version " LEADSMAN_VERSION ", clock " + format_rfc3339(leadsman::now())));
  const auto helm_version = co_await shared_.helm.version();
  rows.push_back(row("helm", helm_version.has_value(), helm_version ? *helm_version : helm_version.error().message));
  const std::vector<std::string> store_trouble = co_await not_ready_because();
  rows.push_back(row("store", store_trouble.empty(), store_trouble.empty() ? "answers" : store_trouble.front(), store_trouble.empty() ? "" : "look at the agent's state folder: space, permissions"));
  const auto target = clusters_.find(cluster_name);
  if (!target) {
    rows.push_back(row("cluster", false, target.error().message, "name one of those, or add it to the agent's configuration"));
    co_return rows;
  }
  const auto version = co_await (*target)->api->server_version();
  rows.push_back(row("cluster", version.has_value(), version ? "API server " + *version : version.error().message, version ? "" : "check the kubeconfig and the way to the API server"));
  if (!version || name_space.empty()) co_return rows;
  for (const need& n : k_needs) {
    const auto asked = co_await ask_permission(*(*target)->api, n, name_space);
    rows.push_back(asked ? *asked : row("permission", false, asked.error().message));
  }
  co_return rows;
}

}  // namespace leadsman::runner
