#include "http/handlers/handlers.hpp"
#include "http/handlers/submitted.hpp"
#include "http/json_body.hpp"
#include "http/metric_options.hpp"
#include "http/query.hpp"
#include "wire/gate.hpp"
#include "wire/request.hpp"

namespace leadsman::http::handlers {

using auth::verb;
using nlohmann::json;

namespace {

// The release that the path names, if the caller may do this to it; `query` is what else was said.
result<model::release_id> read_release(call& c, verb what, query_reader query) {
  const model::release_id id{c.param("cluster"), c.param("namespace"), c.param("release")};
  LEADSMAN_CHECK(query.finish());
  LEADSMAN_CHECK(model::check_release_id(id));
  LEADSMAN_CHECK(c.allow(what, {id}));
  return id;
}

result<model::release_id> read_release(call& c, verb what) { return read_release(c, what, query_reader(c.in.query)); }

std::unexpected<error> no_such_release(const model::release_id& id) {
  return fail(errc::not_found, "helm knows no release '" + id.name + "' in namespace '" + id.name_space + "' of cluster '" +
                                   id.cluster + "'", "release");
}

}  // namespace

task<result<response>> show_release(call& c) {
  LEADSMAN_CO_TRY(const auto id, read_release(c, verb::read));
  LEADSMAN_CO_TRY(const auto status, co_await c.service.release_status(id));
  if (!status) co_return no_such_release(id);
  co_return json_response(200, *status);
}

task<result<response>> show_history(call& c) {
  LEADSMAN_CO_TRY(const auto id, read_release(c, verb::read));
  LEADSMAN_CO_TRY(const auto history, co_await c.service.release_history(id));
  if (!history) co_return no_such_release(id);
  co_return json_response(200, *history);
}

task<result<response>> show_release_health(call& c) {
  query_reader query(c.in.query);
  LEADSMAN_CO_TRY(const auto options, read_metric_options(query));
  LEADSMAN_CO_TRY(const auto id, read_release(c, verb::read, std::move(query)));
  LEADSMAN_CO_TRY(const auto health, co_await c.service.release_health(id, options));
  co_return json_response(200, health);
}

task<result<response>> judge_release_health(call& c) {
  query_reader query(c.in.query);
  LEADSMAN_CO_TRY(auto options, read_metric_options(query));
  LEADSMAN_CO_TRY(const auto id, read_release(c, verb::deploy, std::move(query)));
  LEADSMAN_CO_TRY(const json body, read_json(c.in));
  document::object_reader in(body, "");
  LEADSMAN_CO_TRY(options.measured, wire::read_measured_release(in));
  LEADSMAN_CO_TRY(const auto health, co_await c.service.release_health(id, options));
  co_return json_response(200, health);
}

task<result<response>> roll_back(call& c) {
  LEADSMAN_CO_TRY(const auto id, read_release(c, verb::rollback));
  LEADSMAN_CO_TRY(const json body, read_json(c.in));
  LEADSMAN_CO_TRY(const auto wanted, wire::parse_rollback(body, id));
  co_return co_await submit(c, wanted);
}

}  // namespace leadsman::http::handlers
