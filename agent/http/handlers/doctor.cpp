#include "http/handlers/handlers.hpp"
#include "http/query.hpp"

namespace leadsman::http::handlers {

task<result<response>> diagnose(call& c) {
  query_reader query(c.in.query);
  const std::string cluster = query.text("cluster", "default");
  const std::string name_space = query.text("namespace");
  LEADSMAN_CO_CHECK(query.finish());
  // Any name will do where none is given: it is the form of the others that counts.
  LEADSMAN_CO_CHECK(model::check_release_id({cluster, name_space.empty() ? "any" : name_space, "any"}));
  LEADSMAN_CO_CHECK(c.allow(auth::verb::read, {{cluster, name_space, ""}}));
  LEADSMAN_CO_TRY(const auto checks, co_await c.service.diagnose(cluster, name_space));
  co_return json_response(200, {{"checks", checks}});
}

}  // namespace leadsman::http::handlers
