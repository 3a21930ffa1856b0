#include "runner/canary/route_record.hpp"

#include <algorithm>
#include <span>

#include "document/reader.hpp"

namespace leadsman::runner {

using nlohmann::json;

namespace {

constexpr const char* k_originals = "route_before";
constexpr const char* k_written = "route_written";

// Those that are about the route in hand: what was saved for the canary of an earlier deployment ends with clear_canary.
std::span<const model::step_record> steps_of_route(const rollout& r) {
  const std::vector<model::step_record>& steps = r.now().steps;
  const auto cleared = std::ranges::find(steps.rbegin(), steps.rend(), model::step_kind::clear_canary, &model::step_record::kind);
  if (cleared == steps.rend() || cleared->status == model::step_status::intended) return steps;
  return {cleared.base(), steps.end()};
}

json ref_json(const kube::object_ref& ref) {
  return {{"api_version", ref.api_version}, {"kind", ref.kind}, {"namespace", ref.name_space}, {"name", ref.name}};
}

}  // namespace

std::vector<json> originals_of(const rollout& r) {
  for (const model::step_record& step : steps_of_route(r)) {
    const json detail = detail_of(step);
    if (detail.contains(k_originals)) return detail[k_originals].get<std::vector<json>>();
  }
  return {};
}

std::vector<kube::object_ref> written_objects(const rollout& r) {
  std::vector<kube::object_ref> written;
  for (const model::step_record& step : steps_of_route(r)) {
    for (const json& ref : detail_of(step).value(k_written, json::array())) {
      written.push_back({ref["api_version"], ref["kind"], ref["namespace"], ref["name"]});
    }
  }
  return written;
}

std::string dump_route_record(const rollout& r) {
  const std::vector<json> originals = originals_of(r);
  if (originals.empty()) return "";
  json written = json::array();
  for (const kube::object_ref& ref : written_objects(r)) written.push_back(ref_json(ref));
  return json{{k_originals, originals}, {k_written, written}}.dump();
}

result<void> take_over_route_record(json& detail, const std::string& text) {
  if (text.empty()) return {};
  LEADSMAN_TRY(const json record, document::parse_json(text, "the route in the ledger"));
  detail[k_originals] = record.value(k_originals, json::array());
  detail[k_written] = record.value(k_written, json::array());
  return {};
}

task<result<void>> record_originals(rollout& r, std::vector<json> found) {
  if (!originals_of(r).empty()) co_return result<void>{};
  json detail = intent_of(r);
  detail[k_originals] = found;
  co_return co_await intend(r, std::move(detail));
}

task<result<void>> record_written(rollout& r, std::vector<json> writes) {
  const std::vector<kube::object_ref> known = written_objects(r);
  json detail = intent_of(r);
  bool more = false;
  for (const json& object : writes) {
    const bool exists = !kube::text_at(object, "/metadata/resourceVersion").empty();
    const kube::object_ref ref = kube::ref_of(object);
    if (exists || std::ranges::find(known, ref) != known.end()) continue;
    detail[k_written].push_back(ref_json(ref));
    more = true;
  }
  if (more) LEADSMAN_CO_CHECK(co_await intend(r, std::move(detail)));
  co_return result<void>{};
}

}  // namespace leadsman::runner
