#include "wire/chart.hpp"

#include "document/reader.hpp"

namespace leadsman::wire {

using nlohmann::json;

result<model::chart_reference> parse_chart_request(const json& body) {
  document::object_reader in(body, "");
  const std::string chart = in.string("chart");
  const std::string repo = in.string("repo", "");
  LEADSMAN_CHECK(in.finish());
  return model::parse_chart_reference(chart, repo);
}

json chart_request_json(const model::chart_reference& chart) {
  if (chart.place == model::chart_place::registry) return {{"chart", model::to_string(chart)}};
  return {{"chart", chart.name + "@" + chart.version}, {"repo", chart.address}};
}

json fetched_chart_json(const model::fetched_chart& chart) {
  json out{{"digest", chart.digest}, {"name", chart.name}, {"version", chart.version}};
  if (!chart.manifest_digest.empty()) out["manifest_digest"] = chart.manifest_digest;
  return out;
}

// A newer agent may say more.
result<model::fetched_chart> parse_fetched_chart(const json& value) {
  document::object_reader in(value, "");
  model::fetched_chart out{in.string("digest"), in.string("name"), in.string("version"), in.string("manifest_digest", "")};
  for (const auto& item : value.items()) in.child(item.key());
  LEADSMAN_CHECK(in.finish());
  return out;
}

}  // namespace leadsman::wire
