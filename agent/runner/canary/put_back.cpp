#include "runner/canary/put_back.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runner/canary/route_io.hpp"
#include "runner/canary/route_record.hpp"
#include "runner/persist.hpp"
#include "wire/events.hpp"

namespace leadsman::runner {

using nlohmann::json;
namespace reason = model::reason;

namespace {

constexpr const char* k_resource_version = "resourceVersion";

step_result not_led_home(std::string message) { return {flow::outcome::failed, std::string(reason::k_router_failed), "traffic could not be led home: " + std::move(message)}; }

task<result<void>> put_back(rollout& r, json original) {
  LEADSMAN_CO_TRY(const auto live, co_await r.target.api->get(kube::ref_of(original)));
  if (!live) co_return result<void>{};  // gone: it leads nobody to the canary
  const std::string editor = edited_since(original, *live);
  if (!editor.empty()) co_return fail(errc::refused, fmt::format("{} has changed {} since", editor, kube::text_at(original, "/metadata/name")));
  original["metadata"][k_resource_version] = kube::text_at(*live, "/metadata/resourceVersion");
  LEADSMAN_CO_CHECK(co_await r.target.api->replace(std::move(original)));
  co_return result<void>{};
}

// Again when somebody was faster: a status may come at any moment.
task<result<void>> put_all_back(rollout& r) {
  for (const json& original : originals_of(r)) {
    auto put = co_await put_back(r, original);
    while (!put && put.error().code == errc::conflict && !r.interrupted()) put = co_await put_back(r, original);
    LEADSMAN_CO_CHECK(put);
  }
  for (const kube::object_ref& made : written_objects(r)) LEADSMAN_CO_CHECK(co_await r.target.api->remove(made));
  co_return result<void>{};
}

}  // namespace

task<result<bool>> is_put_back(rollout& r) {
  const std::vector<json> originals = originals_of(r);
  for (const json& original : originals) {
    LEADSMAN_CO_TRY(const auto live, co_await r.target.api->get(kube::ref_of(original)));
    if (live && kube::at(*live, "/spec") != kube::at(original, "/spec")) co_return false;
  }
  for (const kube::object_ref& made : written_objects(r)) {
    LEADSMAN_CO_TRY(const auto live, co_await r.target.api->get(made));
    if (live) co_return false;
  }
  co_return !originals.empty();
}

std::string edited_since(const json& original, const json& live) {
  const json known = kube::at(original, "/metadata/managedFields");
  for (const json& entry : kube::at(live, "/metadata/managedFields")) {
    const std::string who = kube::text_at(entry, "/manager");
    if (who == kube::k_field_manager || kube::text_at(entry, "/subresource") == "status") continue;
    const auto same = [&](const json& k) { return kube::text_at(k, "/manager") == who && kube::text_at(k, "/time") == kube::text_at(entry, "/time"); };
    if (std::ranges::none_of(known, same)) return who.empty() ? "somebody" : who;
  }
  return "";
}

task<result<step_result>> put_route_back(rollout& r, std::string why) {
  if (originals_of(r).empty()) co_return not_led_home(std::move(why));
  const ask<void> putting = [&r] { return put_all_back(r); };
  const auto put = co_await persist(r, "route", putting);
  if (!put && r.interrupted()) co_return fail(put.error());
  if (!put) co_return not_led_home(why + "; and the route could not be put back as it was: " + put.error().message);
  const std::string message = "0 % set: the route is as it was before the canary, put back without its router: " + why;
  wire::weight_change told;
  told.verified = false;
  told.router = router_of(r).plugin;
  LEADSMAN_CO_CHECK(co_await r.log.tell(model::event_kind::weight, message, json(told)));
  co_await sleep_for(settle_of(r));
  co_return step_result{flow::outcome::done, "", "all traffic is at stable: the route was put back as it was, without its router"};
}

}  // namespace leadsman::runner
