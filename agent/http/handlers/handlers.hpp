#pragma once

#include "http/route.hpp"

// One function a route; each reads its input, asks whether the caller may, calls the service and says what came of it.
namespace leadsman::http::handlers {

task<result<response>> create_deployment(call& c);
task<result<response>> list_deployments(call& c);
task<result<response>> show_deployment(call& c);
task<result<response>> cancel_deployment(call& c);
task<result<response>> promote_deployment(call& c);
task<result<response>> retry_deployment(call& c);
task<result<response>> follow_deployment(call& c);
task<result<response>> show_deployment_metrics(call& c);
task<result<response>> compare_deployment_metric(call& c);

task<result<response>> show_release(call& c);
task<result<response>> show_history(call& c);
task<result<response>> show_release_health(call& c);
task<result<response>> judge_release_health(call& c);
task<result<response>> roll_back(call& c);

task<result<response>> look_for_chart(call& c);
task<result<response>> upload_chart(call& c);
task<result<response>> fetch_chart(call& c);

task<result<response>> show_plan(call& c);
task<result<response>> diagnose(call& c);

task<result<response>> show_openapi(call& c);
task<result<response>> show_health(call& c);
task<result<response>> show_readiness(call& c);
task<result<response>> show_metrics(call& c);

}  // namespace leadsman::http::handlers
