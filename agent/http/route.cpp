#include "http/route.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "http/handlers/handlers.hpp"
#include "http/query.hpp"

namespace leadsman::http {

namespace {

using auth::verb;
using namespace handlers;

constexpr size_t k_request = 8 * 1024 * 1024;   // values travel in requests
constexpr size_t k_chart = 32 * 1024 * 1024;
constexpr size_t k_small = 64 * 1024;
constexpr auto k_open = std::optional<verb>();

#define RELEASE "/v1/clusters/{cluster}/namespaces/{namespace}/releases/{release}"

// method, path, what the caller has to be allowed to do, who answers, what the body is and its limit in bytes
constexpr route k_routes[]{
    {"POST", "/v1/deployments",              verb::deploy,   create_deployment, payload::json, k_request},
    {"GET",  "/v1/deployments",              verb::read,     list_deployments},
    {"GET",  "/v1/deployments/{id}",         verb::read,     show_deployment},
    {"POST", "/v1/deployments/{id}/cancel",  verb::cancel,   cancel_deployment, payload::json, k_small},
    {"POST", "/v1/deployments/{id}/promote", verb::promote,  promote_deployment, payload::json, k_small},
    {"POST", "/v1/deployments/{id}/retry",   verb::deploy,   retry_deployment, payload::json, k_small},
    {"GET",  "/v1/deployments/{id}/events",  verb::read,     follow_deployment},
    {"GET",  "/v1/deployments/{id}/metrics", verb::read,     show_deployment_metrics},
    {"GET",  "/v1/deployments/{id}/metrics/compare", verb::read, compare_deployment_metric},
    {"GET",  RELEASE,                        verb::read,     show_release},
    {"GET",  RELEASE "/history",             verb::read,     show_history},
    {"GET",  RELEASE "/health",              verb::read,     show_release_health},
    // The caller says who is asked: reading is not enough.
    {"POST", RELEASE "/health",              verb::deploy,   judge_release_health, payload::json, k_small},
    {"POST", RELEASE "/rollback",            verb::rollback, roll_back,         payload::json, k_small},
    {"HEAD", "/v1/charts/{digest}",          verb::deploy,   look_for_chart},
    {"PUT",  "/v1/charts/{digest}",          verb::deploy,   upload_chart,      payload::archive, k_chart},
    {"POST", "/v1/charts",                   verb::deploy,   fetch_chart,       payload::json, k_small},
    // Rendering runs the caller's templates with the agent's rights in the cluster: reading is not enough.
    {"POST", "/v1/plan",                     verb::deploy,   show_plan,         payload::json, k_request},
    {"POST", "/v1/doctor",                   verb::deploy,   diagnose,          payload::json, k_request},
    {"GET",  "/v1/openapi.json",             k_open,         show_openapi},
    {"GET",  "/healthz",                     k_open,         show_health},
    {"GET",  "/readyz",                      k_open,         show_readiness},
    {"GET",  "/metrics",                     k_open,         show_metrics},
};

#undef RELEASE

constexpr std::string_view k_archive_types[]{"application/octet-stream", "application/gzip", "application/x-tar",
                                             "application/vnd.cncf.helm.chart.content.v1.tar+gzip"};

bool is_param(std::string_view segment) { return segment.starts_with('{'); }

std::optional<path_params> match(std::string_view pattern, std::string_view path) {
  const auto expected = split(pattern, '/');
  const auto found = split(path, '/');
  if (expected.size() != found.size()) return std::nullopt;
  path_params params;
  for (size_t i = 0; i < expected.size(); ++i) {
    if (!is_param(expected[i])) {
      if (expected[i] != found[i]) return std::nullopt;
      continue;
    }
    auto value = percent_decode(found[i]);
    if (!value || value->empty() || value->size() > 253 || value->find('/') != std::string::npos) return std::nullopt;
    params.emplace_back(expected[i].substr(1, expected[i].size() - 2), std::move(*value));
  }
  return params;
}

response unknown_path(std::string_view path) {
  std::vector<std::string> patterns;
  for (const route& r : k_routes) patterns.emplace_back(r.pattern);
  const auto meant = nearest(path.substr(0, 100), patterns);
  return problem_response({errc::not_found, "there is nothing at '" + truncate(path, 200) + "'" +
                                                (meant ? "; did you mean " + *meant + "?" : ""), ""});
}

response wrong_method(std::string_view method, const std::vector<std::string>& allowed) {
  const std::string message = "'" + truncate(method, 20) + "' is not possible here; allowed is " + one_of(allowed);
  response r = problem_response({errc::invalid_input, message, ""}, 405);
  r.headers.push_back({"Allow", join(allowed, ", ")});
  return r;
}

}  // namespace

std::span<const route> routes() { return k_routes; }

answer<routed> find_route(std::string_view method, std::string_view path) {
  std::vector<std::string> allowed;
  for (const route& candidate : k_routes) {
    auto params = match(candidate.pattern, path);
    if (!params) continue;
    if (candidate.method == method) return routed{&candidate, std::move(*params)};
    allowed.emplace_back(candidate.method);
  }
  return std::unexpected(allowed.empty() ? unknown_path(path) : wrong_method(method, allowed));
}

answer<void> check_content_type(const route& at, const request& in) {
  const bool empty = !in.header("transfer-encoding") && in.header("content-length").value_or("0") == "0";
  if (empty || at.body == payload::none) return {};
  const std::string all = in.header("content-type").value_or("");
  const std::string_view type = trim(std::string_view(all).substr(0, all.find(';')));
  const bool wants_json = at.body == payload::json;
  if (wants_json ? type == "application/json" : std::ranges::find(k_archive_types, type) != std::end(k_archive_types)) return {};
  const std::string message = "the body is '" + truncate(type, 80) + "'; expected is " +
                              (wants_json ? "application/json" : "application/octet-stream");
  return std::unexpected(problem_response({errc::invalid_input, message, "Content-Type"}, 415));
}

const std::string& call::param(std::string_view name) const {
  return std::ranges::find(params, name, &path_params::value_type::first)->second;
}

result<void> call::allow(auth::verb what, const auth::target& where) {
  decided = true;
  return access.is_allowed(who, what, where);
}

result<void> call::allow_somewhere(auth::verb what) {
  decided = true;
  return access.is_ever_allowed(who, what);
}

}  // namespace leadsman::http
