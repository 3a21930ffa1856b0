#include "document/reader.hpp"
#include "runner/rollouts.hpp"
#include "wire/model.hpp"
#include "wire/request.hpp"

namespace leadsman::runner {

using nlohmann::json;

namespace {

result<model::deployment_request> read_body(const json& kept) {
  const auto kind = kept.at("kind").get<model::request_kind>();
  if (kind == model::request_kind::rollback) return wire::parse_rollback(kept.at("body"), kept.at("release").get<model::release_id>());
  LEADSMAN_TRY(model::deployment_request request, wire::parse_request(kept.at("body")));
  request.kind = kind;
  request.of = kept.value("of", "");
  if (kind == model::request_kind::abort) request.reason = kept.value("reason", "");
  return request;
}

}  // namespace

std::string seal_request(const sign::secret_box& box, const model::deployment_request& request) {
  json kept{{"kind", request.kind}, {"release", request.release}, {"body", wire::request_json(request)}};
  if (!request.of.empty()) kept["of"] = request.of;
  if (request.kind == model::request_kind::abort) kept["reason"] = request.reason;
  if (request.reach) kept["reach"] = *request.reach;
  return box.seal(kept.dump());
}

result<model::deployment_request> unseal_request(const sign::secret_box& box, const std::string& sealed) {
  LEADSMAN_TRY(const std::string text, box.open(sealed));
  LEADSMAN_TRY(const json kept, document::parse_json(text, "the stored request"));
  LEADSMAN_TRY(model::deployment_request request, read_body(kept));
  if (kept.contains("reach")) request.reach = kept.at("reach").get<model::reach>();
  return request;
}

}  // namespace leadsman::runner
