#include "base/text.hpp"
#include "http/handlers/handlers.hpp"

namespace leadsman::http::handlers {

using nlohmann::json;

task<result<response>> show_health(call&) { co_return json_response(200, {{"status", "ok"}}); }

task<result<response>> show_readiness(call& c) {
  const std::vector<std::string> reasons = co_await c.service.not_ready_because();
  if (reasons.empty()) co_return json_response(200, {{"status", "ok"}});
  co_return fail(errc::unavailable, "not ready: " + join(reasons, "; "));
}

task<result<response>> show_metrics(call& c) {
  co_return text_response(200, c.service.metrics() + c.metrics.text(), "text/plain; version=0.0.4; charset=utf-8");
}

}  // namespace leadsman::http::handlers
