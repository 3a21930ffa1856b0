#include "wire/request.hpp"

#include "base/text.hpp"
#include "document/reader.hpp"
#include "wire/canary.hpp"
#include "wire/gate.hpp"
#include "wire/model.hpp"
#include "wire/policy.hpp"
#include "wire/values.hpp"

namespace leadsman::wire {

using document::object_reader;
using nlohmann::json;

namespace {

result<model::release_id> read_release(const json& value) {
  object_reader in(value, "release");
  model::release_id id;
  id.cluster = in.string("cluster", "default");
  id.name_space = in.string("namespace");
  id.name = in.string("name");
  LEADSMAN_CHECK(in.finish());
  LEADSMAN_CHECK(model::check_release_id(id));
  return id;
}

result<model::chart_ref> read_chart(const json& value) {
  object_reader in(value, "chart");
  model::chart_ref chart;
  chart.digest = in.string("digest");
  chart.name = in.string("name", "");
  chart.version = in.string("version", "");
  chart.source = in.string("source", "");
  if (!is_sha256_hex(chart.digest)) in.reject("digest", "is not a SHA-256 digest; expected 64 lower-case hexadecimal digits");
  LEADSMAN_CHECK(in.finish());
  return chart;
}

result<model::origin> read_origin(const json& value) {
  model::origin origin;
  if (value.is_null()) return origin;
  object_reader in(value, "origin");
  origin.repository = in.string("repository", "");
  origin.workflow = in.string("workflow", "");
  origin.run_id = in.string("run_id", "");
  origin.run_attempt = static_cast<int>(in.integer("run_attempt", 0, 0, 1'000'000));
  origin.job = in.string("job", "");
  origin.action = in.string("action", "");
  origin.matrix = in.string("matrix", "");
  origin.actor = in.string("actor", "");
  origin.url = in.string("url", "");
  LEADSMAN_CHECK(in.finish());
  return origin;
}

result<model::policy> parse_policy(const json& value) {
  if (value.is_null()) return model::policy{};
  object_reader in(value, "policy");
  const model::policy policy = read_policy(in);
  LEADSMAN_CHECK(in.finish());
  return policy;
}

}  // namespace

result<model::deployment_request> parse_request(const json& body) {
  object_reader in(body, "");
  model::deployment_request out;
  out.environment = in.string("environment", "");
  out.version = in.string("version", "");
  out.set = in.strings("set");
  out.set_string = in.strings("set_string");
  const json& release = in.child("release");
  const json& chart = in.child("chart");
  const json& values = in.child("values");
  const json& policy = in.child("policy");
  const json& canary = in.child("canary");
  const json& origin = in.child("origin");
  LEADSMAN_TRY(out.measured, read_measured_release(in));
  LEADSMAN_TRY(out.release, read_release(release));
  LEADSMAN_TRY(out.chart, read_chart(chart));
  LEADSMAN_TRY(out.values, read_values(values, "values"));
  LEADSMAN_TRY(out.policy, parse_policy(policy));
  LEADSMAN_TRY(out.origin, read_origin(origin));
  if (canary.is_null()) return out;
  if (out.measured != model::measured_release{}) return fail(errc::invalid_input, "metrics, service and gates are of a rolling release; a canary says them below canary", "canary");
  LEADSMAN_TRY(out.canary, read_canary(canary, "canary"));
  LEADSMAN_CHECK(check_canary_release(out.release));
  return out;
}

result<model::deployment_request> parse_rollback(const json& body, const model::release_id& release) {
  object_reader in(body, "");
  model::deployment_request out;
  out.kind = model::request_kind::rollback;
  out.release = release;
  out.reason = in.string("reason", "");
  if (in.has("revision")) out.revision = static_cast<int>(in.integer("revision", 1, 1'000'000));
  in.child("revision");
  const json& policy = in.child("policy");
  const json& origin = in.child("origin");
  LEADSMAN_CHECK(in.finish());
  LEADSMAN_TRY(out.policy, parse_policy(policy));
  LEADSMAN_TRY(out.origin, read_origin(origin));
  return out;
}

result<cancel_body> parse_cancel(const json& body) {
  object_reader in(body, "");
  cancel_body out;
  if (in.has("mode")) out.mode = in.choice("mode", model::on_cancel::rollback, model::k_on_cancel);
  in.child("mode");
  out.reason = in.string("reason", "");
  LEADSMAN_CHECK(in.finish());
  return out;
}

result<model::promotion> parse_promotion(const json& body) {
  object_reader in(body, "");
  model::promotion out;
  const bool full = in.boolean("full", false);
  if (in.has("weight")) {
    out.to = model::promotion_target::weight;
    out.weight = static_cast<int>(in.integer("weight", 1, 100));
  }
  in.child("weight");
  if (full && in.has("weight")) in.reject("full", "says all the way, and weight says how far; give one of them");
  LEADSMAN_CHECK(in.finish());
  if (full) out.to = model::promotion_target::full;
  return out;
}

result<void> parse_retry(const json& body) { return object_reader(body, "").finish(); }

json request_json(const model::deployment_request& r) {
  if (r.kind == model::request_kind::rollback) {
    json body{{"reason", r.reason}, {"policy", r.policy}, {"origin", r.origin}};
    if (r.revision) body["revision"] = *r.revision;
    return body;
  }
  json body{{"release", r.release}, {"environment", r.environment}, {"version", r.version},
            {"chart", r.chart},     {"values", values_json(r.values)}, {"set", r.set},
            {"set_string", r.set_string},    {"policy", r.policy},  {"origin", r.origin}};
  add_measured_release(body, r.measured);
  if (r.canary) body["canary"] = canary_json(*r.canary);
  return body;
}

}  // namespace leadsman::wire
