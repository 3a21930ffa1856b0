#include "document/reader.hpp"
#include "runner/rollouts.hpp"
#include "wire/model.hpp"
#include "wire/request.hpp"

namespace leadsman::runner {

using nlohmann::json;

std::string seal_request(const sign::secret_box& box, const model::deployment_request& request) {
  const json kept{{"kind", request.kind}, {"release", request.release}, {"body", wire::request_json(request)}};
  return box.seal(kept.dump());
}

result<model::deployment_request> unseal_request(const sign::secret_box& box, const std::string& sealed) {
  LEADSMAN_TRY(const std::string text, box.open(sealed));
  LEADSMAN_TRY(const json kept, document::parse_json(text, "the stored request"));
  if (kept.at("kind") == "rollback") return wire::parse_rollback(kept.at("body"), kept.at("release").get<model::release_id>());
  return wire::parse_request(kept.at("body"));
}

}  // namespace leadsman::runner
