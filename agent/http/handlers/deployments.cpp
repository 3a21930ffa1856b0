#include <algorithm>

#include "base/text.hpp"
#include "http/handlers/handlers.hpp"
#include "http/handlers/submitted.hpp"
#include "http/json_body.hpp"
#include "http/metric_options.hpp"
#include "http/query.hpp"
#include "wire/model.hpp"
#include "wire/request.hpp"

namespace leadsman::http::handlers {

using auth::verb;
using nlohmann::json;

namespace {

constexpr int k_most_listed = 500;

// The deployment that the path names, if the caller may do this to it.
task<result<model::deployment>> find_allowed(call& c, verb what) {
  const std::string id = c.param("id");
  LEADSMAN_CO_TRY(auto found, co_await c.service.find(id));
  if (!found) {
    LEADSMAN_CO_CHECK(c.allow_somewhere(what));
    co_return fail(errc::not_found, "there is no deployment '" + truncate(id, 64) + "'", "id");
  }
  LEADSMAN_CO_CHECK(c.allow(what, {found->release, found->environment}));
  co_return std::move(*found);
}

result<store::list_filter> read_filter(query_reader& query) {
  store::list_filter filter;
  const model::release_id id{query.text("cluster", "default"), query.text("namespace"), query.text("release")};
  filter.environment = query.text("environment");
  filter.limit = static_cast<int>(query.number("limit", 50, 1, k_most_listed));
  LEADSMAN_CHECK(query.finish());
  if (id.name_space.empty() != id.name.empty()) {
    return fail(errc::invalid_input, "a release has a namespace and a name; give both, or neither",
                id.name.empty() ? "release" : "namespace");
  }
  if (id.name.empty()) return filter;
  LEADSMAN_CHECK(model::check_release_id(id));
  filter.release = id;
  return filter;
}

result<uint64_t> read_position(const request& in) {
  query_reader query(in.query);
  const uint64_t after = query.number("after", 0, 0, UINT64_MAX);
  LEADSMAN_CHECK(query.finish());
  const auto last = in.header("last-event-id");
  if (!last || last->empty()) return after;
  if (const auto number = parse_number(*last)) return *number;
  return fail(errc::invalid_input, "'" + truncate(*last, 40) + "' is no event's number", "Last-Event-ID");
}

}  // namespace

task<result<response>> create_deployment(call& c) {
  LEADSMAN_CO_TRY(const json body, read_json(c.in));
  LEADSMAN_CO_TRY(const auto wanted, wire::parse_request(body));
  LEADSMAN_CO_CHECK(c.allow(verb::deploy, {wanted.release, wanted.environment}));
  co_return co_await submit(c, wanted);
}

task<result<response>> list_deployments(call& c) {
  query_reader query(c.in.query);
  LEADSMAN_CO_TRY(const auto filter, read_filter(query));
  LEADSMAN_CO_CHECK(c.allow_somewhere(verb::read));
  LEADSMAN_CO_TRY(const auto found, co_await c.service.list(filter));
  json list = json::array();
  for (const model::deployment& d : found) {
    if (c.access.may(c.who, verb::read, {d.release, d.environment})) list.push_back(d);
  }
  co_return json_response(200, {{"deployments", std::move(list)}});
}

task<result<response>> show_deployment(call& c) {
  LEADSMAN_CO_TRY(const auto found, co_await find_allowed(c, verb::read));
  co_return json_response(200, found);
}

task<result<response>> cancel_deployment(call& c) {
  LEADSMAN_CO_TRY(const json body, read_json(c.in));
  LEADSMAN_CO_TRY(const auto wish, wire::parse_cancel(body));
  LEADSMAN_CO_TRY(const auto found, co_await find_allowed(c, verb::cancel));
  const std::string by = auth::to_string(c.who);
  LEADSMAN_CO_TRY(const auto canceled, co_await c.service.cancel(found.id, wish.mode, by, wish.reason));
  co_return json_response(202, canceled);
}

task<result<response>> promote_deployment(call& c) {
  LEADSMAN_CO_TRY(const json body, read_json(c.in));
  LEADSMAN_CO_TRY(auto wish, wire::parse_promotion(body));
  LEADSMAN_CO_TRY(const auto found, co_await find_allowed(c, verb::promote));
  wish.by = auth::to_string(c.who);
  LEADSMAN_CO_TRY(const auto promoted, co_await c.service.promote(found.id, wish));
  co_return json_response(202, promoted);
}

task<result<response>> show_deployment_metrics(call& c) {
  query_reader query(c.in.query);
  LEADSMAN_CO_TRY(const auto options, read_metric_options(query));
  LEADSMAN_CO_CHECK(query.finish());
  LEADSMAN_CO_TRY(const auto found, co_await find_allowed(c, verb::read));
  LEADSMAN_CO_TRY(const auto metrics, co_await c.service.deployment_metrics(found.id, options));
  co_return json_response(200, metrics);
}

task<result<response>> compare_deployment_metric(call& c) {
  query_reader query(c.in.query);
  LEADSMAN_CO_TRY(auto options, read_metric_options(query));
  options.metric = query.text("metric");
  LEADSMAN_CO_CHECK(query.finish());
  LEADSMAN_CO_TRY(const auto found, co_await find_allowed(c, verb::read));
  if (options.metric.empty()) co_return fail(errc::invalid_input, "is required: which number is compared, such as http-p99", "metric");
  LEADSMAN_CO_TRY(const auto change, co_await c.service.compare_metric(found.id, options));
  co_return json_response(200, change);
}

// What a deployment of this kind is made with.
static verb verb_of(model::request_kind kind) {
  switch (kind) {
    case model::request_kind::deploy: break;
    case model::request_kind::rollback: return verb::rollback;
    case model::request_kind::promote: return verb::promote;
    case model::request_kind::abort: return verb::cancel;
  }
  return verb::deploy;
}

// Whoever may make the deployment anew may have it tried again: the request is the agent's to repeat, values and all.
task<result<response>> retry_deployment(call& c) {
  LEADSMAN_CO_TRY(const json body, read_json(c.in));
  LEADSMAN_CO_CHECK(wire::parse_retry(body));
  LEADSMAN_CO_TRY(const auto found, co_await find_allowed(c, verb::deploy));
  LEADSMAN_CO_CHECK(c.allow(verb_of(found.kind), {found.release, found.environment}));
  const auto reach = c.access.reach(c.who, found.release.cluster);
  LEADSMAN_CO_TRY(const auto admitted, co_await c.service.retry(found.id, auth::to_string(c.who), reach));
  co_return answer_of(admitted);
}

static response make_event_stream(event_cursor from) {
  response r;
  r.headers = {{"Content-Type", "text/event-stream"},
               {"Cache-Control", "no-store, no-transform"},
               {"X-Accel-Buffering", "no"}};
  r.events = std::move(from);
  return r;
}

task<result<response>> follow_deployment(call& c) {
  LEADSMAN_CO_TRY(const uint64_t after, read_position(c.in));
  LEADSMAN_CO_TRY(const auto found, co_await find_allowed(c, verb::read));
  event_cursor from{found.id, after};
  co_return make_event_stream(std::move(from));
}

}  // namespace leadsman::http::handlers
