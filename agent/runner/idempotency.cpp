#include "runner/idempotency.hpp"

#include "sign/hash.hpp"
#include "wire/request.hpp"

namespace leadsman::runner {

using nlohmann::json;

std::string idempotency_key(const model::deployment_request& request, const std::string& principal, const std::string& request_key) {
  const model::origin& o = request.origin;
  const std::string kind(model::word_of(model::k_request_kind, request.kind));
  const json parts = o.run_id.empty()
                         ? json::array({principal, request_key, kind, model::to_string(request.release), request.environment})
                         : json::array({principal, o.repository, o.run_id, o.job, o.action, o.matrix, kind,
                                        model::to_string(request.release), request.environment});
  return sign::sha256_hex(parts.dump());
}

std::string request_digest(const model::deployment_request& request) {
  json body = wire::request_json(request);
  body.erase("origin");
  if (!request.of.empty()) body["of"] = request.of;
  return sign::sha256_hex(body.dump());
}

}  // namespace leadsman::runner
