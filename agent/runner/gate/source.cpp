#include "runner/gate/source.hpp"

namespace leadsman::runner {

using nlohmann::json;

measuring_task ask_source_of(rollout& r) {
  const model::metric_source& source = *r.request.canary->metrics;
  measuring_task about;
  about.config = json::parse(source.config);
  about.call = [&r, plugin = source.plugin](std::string method, json params) {
    return r.shared.plugins.call(plugin::kind::metric, plugin, std::move(method), std::move(params));
  };
  return about;
}

}  // namespace leadsman::runner
