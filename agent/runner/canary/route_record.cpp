#include "runner/canary/route_record.hpp"

#include <algorithm>

namespace leadsman::runner {

using nlohmann::json;

namespace {

constexpr const char* k_originals = "route_before";
constexpr const char* k_written = "route_written";

json ref_json(const kube::object_ref& ref) {
  return {{"api_version", ref.api_version}, {"kind", ref.kind}, {"namespace", ref.name_space}, {"name", ref.name}};
}

}  // namespace

std::vector<json> originals_of(const rollout& r) {
  for (const model::step_record& step : r.now().steps) {
    const json detail = detail_of(step);
    if (detail.contains(k_originals)) return detail[k_originals].get<std::vector<json>>();
  }
  return {};
}

std::vector<kube::object_ref> written_objects(const rollout& r) {
  std::vector<kube::object_ref> written;
  for (const model::step_record& step : r.now().steps) {
    for (const json& ref : detail_of(step).value(k_written, json::array())) {
      written.push_back({ref["api_version"], ref["kind"], ref["namespace"], ref["name"]});
    }
  }
  return written;
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
