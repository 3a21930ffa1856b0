#include "runner/canary/source.hpp"

#include "runner/canary/examine.hpp"
#include "runner/canary/route_io.hpp"

namespace leadsman::runner {

analysis::subjects subjects_of(const rollout& r) {
  analysis::subjects who;
  who.canary.service = examined_canary(r).service;
  who.stable.service = router_of(r).service;
  who.name_space = r.release().name_space;
  who.release = r.release().name;
  return who;
}

metric_call source_of_numbers(rollout& r) {
  return [&r, plugin = r.request.canary->metrics->plugin](std::string method, nlohmann::json params) {
    return r.shared.plugins.call(plugin::kind::metric, plugin, std::move(method), std::move(params));
  };
}

}  // namespace leadsman::runner
