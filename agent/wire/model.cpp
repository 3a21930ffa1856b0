#include "wire/model.hpp"

#include "document/reader.hpp"

namespace leadsman::model {

using nlohmann::json;

namespace {

json parse_or_null(const std::string& text) { return text.empty() ? json() : json::parse(text); }
std::string dump_or_empty(const json& value) { return value.is_null() ? std::string() : value.dump(); }

}  // namespace

void to_json(json& out, const release_id& id) {
  out = {{"cluster", id.cluster}, {"namespace", id.name_space}, {"name", id.name}};
}

void from_json(const json& in, release_id& id) {
  in.at("cluster").get_to(id.cluster);
  in.at("namespace").get_to(id.name_space);
  in.at("name").get_to(id.name);
}

void to_json(json& out, const policy& p) { out = wire::policy_json(p); }

void from_json(const json& in, policy& p) {
  document::object_reader reader(in, "policy");
  p = wire::read_policy(reader);
}

void to_json(json& out, const deployment& d) {
  out = {
      {"id", d.id},
      {"kind", d.kind},
      {"release", d.release},
      {"environment", d.environment},
      {"version", d.version},
      {"chart", d.chart},
      {"policy", d.policy},
      {"origin", d.origin},
      {"principal", d.principal},
      {"attempt", d.attempt},
      {"asked_reason", d.asked_reason},
      {"asked_revision", d.asked_revision},
      {"state", d.state},
      {"cancel", d.cancel},
      {"promote", d.promote},
      {"plan", parse_or_null(d.plan)},
      {"steps", d.steps},
      {"created_at", d.created_at},
      {"started_at", d.started_at},
      {"finished_at", d.finished_at},
      {"last_seq", d.last_seq},
  };
}

void from_json(const json& in, deployment& d) {
  in.at("id").get_to(d.id);
  in.at("kind").get_to(d.kind);
  in.at("release").get_to(d.release);
  d.environment = in.value("environment", "");
  d.version = in.value("version", "");
  d.chart = in.value("chart", chart_ref{});
  in.at("policy").get_to(d.policy);
  d.origin = in.value("origin", origin{});
  d.principal = in.value("principal", "");
  d.attempt = in.value("attempt", 1);
  d.asked_reason = in.value("asked_reason", "");
  if (in.contains("asked_revision")) in.at("asked_revision").get_to(d.asked_revision);
  in.at("state").get_to(d.state);
  if (in.contains("cancel")) in.at("cancel").get_to(d.cancel);
  if (in.contains("promote")) in.at("promote").get_to(d.promote);
  if (in.contains("plan")) d.plan = dump_or_empty(in.at("plan"));
  d.steps = in.value("steps", std::vector<step_record>{});
  in.at("created_at").get_to(d.created_at);
  if (in.contains("started_at")) in.at("started_at").get_to(d.started_at);
  if (in.contains("finished_at")) in.at("finished_at").get_to(d.finished_at);
  d.last_seq = in.value("last_seq", uint64_t{0});
}

void to_json(json& out, const event& e) {
  out = {{"seq", e.seq}, {"at", e.at}, {"kind", e.kind}, {"message", e.message}, {"data", parse_or_null(e.data)}};
}

std::string to_json_text(const event& e) {
  const auto quoted = [](const json& text) { return text.dump(-1, ' ', false, json::error_handler_t::replace); };
  return R"({"at":)" + quoted(e.at) + R"(,"data":)" + (e.data.empty() ? "null" : e.data) + R"(,"kind":)" + quoted(e.kind) +
         R"(,"message":)" + quoted(e.message) + R"(,"seq":)" + std::to_string(e.seq) + "}";
}

void from_json(const json& in, event& e) {
  in.at("seq").get_to(e.seq);
  in.at("at").get_to(e.at);
  in.at("kind").get_to(e.kind);
  e.message = in.value("message", "");
  if (in.contains("data")) e.data = dump_or_empty(in.at("data"));
}

}  // namespace leadsman::model
