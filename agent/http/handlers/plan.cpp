#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"
#include "wire/request.hpp"

namespace leadsman::http::handlers {

task<result<response>> show_plan(call& c) {
  LEADSMAN_CO_TRY(const auto body, read_json(c.in));
  LEADSMAN_CO_TRY(auto wanted, wire::parse_request(body));
  LEADSMAN_CO_CHECK(c.allow(auth::verb::deploy, {wanted.release, wanted.environment}));
  wanted.reach = c.access.reach(c.who, wanted.release.cluster);
  LEADSMAN_CO_TRY(const auto planned, co_await c.service.plan(wanted));
  co_return json_response(200, planned);
}

}  // namespace leadsman::http::handlers
