#include "runner/plan_json.hpp"

#include "document/reader.hpp"
#include "wire/model.hpp"

namespace leadsman::plan {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(planned_step, kind, title, weight)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(rolling_plan, canary, first_installation, base_revision, deployed_revision,
                                                way_back, adopt, unlock, left, clears_last, steps, on_failure, warnings)

}  // namespace leadsman::plan

namespace leadsman::runner {

using nlohmann::json;

json to_json(const plan::rolling_plan& plan) {
  json out = plan;
  out["schema"] = plan::rolling_plan::k_schema;
  out["strategy"] = plan.canary ? "canary" : "rolling";
  return out;
}

result<plan::rolling_plan> parse_plan(const std::string& text) {
  LEADSMAN_TRY(const json value, document::parse_json(text, "the stored plan"));
  const json schema = value.is_object() ? value.value("schema", json(0)) : json(0);
  if (schema != plan::rolling_plan::k_schema) {
    return fail(errc::internal, "the stored plan has schema " + schema.dump() +
                                    "; this agent knows 1. Run the agent version that made it, or a newer one");
  }
  return wire::parse<plan::rolling_plan>(value);
}

}  // namespace leadsman::runner
