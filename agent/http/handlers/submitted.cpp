#include "http/handlers/submitted.hpp"

#include <algorithm>

#include "wire/model.hpp"

namespace leadsman::http::handlers {

namespace {

constexpr size_t k_longest_key = 200;

result<std::string> read_request_key(const request& in) {
  std::string key = in.header("idempotency-key").value_or("");
  const bool printable = std::ranges::all_of(key, [](char c) { return c >= 0x20 && c < 0x7F; });
  if (key.size() <= k_longest_key && printable) return key;
  return fail(errc::invalid_input, "has to be at most " + std::to_string(k_longest_key) + " printable ASCII characters",
              "Idempotency-Key");
}

}  // namespace

task<result<response>> submit(call& c, model::deployment_request wanted) {
  LEADSMAN_CO_TRY(const std::string key, read_request_key(c.in));
  const std::string principal = auth::to_string(c.who);
  wanted.reach = c.access.reach(c.who, wanted.release.cluster);
  LEADSMAN_CO_TRY(const auto admitted, co_await c.service.submit(std::move(wanted), principal, key));
  if (admitted.outcome == store::admission::conflict) {
    co_return fail(errc::conflict, "deployment " + admitted.deployment.id + " has the same key and other content; "
                                   "a changed request needs a new key (a new run, or another Idempotency-Key)");
  }
  co_return answer_of(admitted);
}

response answer_of(const store::admitted& admitted) {
  response r = json_response(admitted.outcome == store::admission::create ? 201 : 200, admitted.deployment);
  r.headers.push_back({"Location", "/v1/deployments/" + admitted.deployment.id});
  return r;
}

}  // namespace leadsman::http::handlers
