#include "action/diagnosis/identity.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "wire/problem.hpp"

namespace leadsman::action {

namespace {

constexpr const char* k_agent = "agent";

wire::check judge_stranger(const net::response& answer) {
  const std::string_view type = answer.header("Content-Type");
  const std::string what = fmt::format("HTTP status {}{}", answer.status, type.empty() ? "" : ", " + truncate(type, 60));
  if (answer.status == 502 || answer.status == 503 || answer.status == 504) {
    return wire::wrong(k_agent, "a proxy answers, the agent behind it does not: " + what, "is the agent's pod ready? kubectl get pods, and its log");
  }
  return wire::wrong(k_agent, "what answers there is not a Leadsman agent: " + what, "is it the right host and port, and does the proxy before the agent pass every path on?");
}

}  // namespace

bool is_agent(const identity_sight& seen) {
  if (!seen.description || seen.description->status != 200) return false;
  const auto document = nlohmann::json::parse(seen.description->body, nullptr, false);
  const nlohmann::json::json_pointer title("/info/title");
  return document.is_object() && document.value(title, nlohmann::json()) == "Leadsman agent";
}

wire::check judge_identity(const identity_sight& seen) {
  if (!seen.description) return wire::wrong(k_agent, seen.description.error().message, "what listens there does not speak HTTP as an agent does: is it the right port, and http:// or https:// as it should be?");
  if (!is_agent(seen)) return judge_stranger(*seen.description);
  if (!seen.readiness) return wire::wrong(k_agent, seen.readiness.error().message, "the agent's log says more");
  if (seen.readiness->status == 200) return wire::well(k_agent, "ready");
  return wire::wrong(k_agent, wire::parse_problem(seen.readiness->body, seen.readiness->status).message, "the agent's log says more");
}

}  // namespace leadsman::action
