#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"

namespace leadsman::http::handlers {

task<result<response>> diagnose(call& c) {
  LEADSMAN_CO_TRY(const auto body, read_json(c.in));
  LEADSMAN_CO_TRY(auto question, wire::parse_doctor_question(body));
  LEADSMAN_CO_CHECK(c.allow(auth::verb::deploy, {question.where, question.environment}));
  LEADSMAN_CO_TRY(const auto checks, co_await c.service.diagnose(std::move(question)));
  co_return json_response(200, {{"checks", checks}});
}

}  // namespace leadsman::http::handlers
