#include "runner/canary/route_io.hpp"

#include "kube/snapshot.hpp"
#include "runner/canary/entry.hpp"
#include "runner/canary/examine.hpp"
#include "runner/canary/route_record.hpp"

namespace leadsman::runner {

using nlohmann::json;

namespace {

constexpr int k_patience = 3;  // with a plugin that fell; its host starts it again, later each time

template <class T>
task<result<T>> ask_plugin(std::function<task<result<T>>()> question) {
  for (int tried = 1;; ++tried) {
    auto asked = question();
    result<T> came = co_await std::move(asked);
    if (came || !is_silence(came.error())) co_return came;
    if (tried >= k_patience) co_return fail(errc::internal, came.error().message);
  }
}

plugin::objects_router plugin_of(const rollout& r) { return {r.shared.plugins, router_of(r).plugin}; }

}  // namespace

const model::router_use& router_of(const rollout& r) { return is_about_left(r) ? r.plan.left->router : r.request.canary->router; }

std::chrono::milliseconds settle_of(const rollout& r) { return r.request.canary ? r.request.canary->settle : model::canary{}.settle; }

plugin::router_target target_of(const rollout& r, const std::string& canary_service) {
  plugin::router_target t;
  t.config = json::parse(router_of(r).config);
  t.name_space = r.release().name_space;
  t.stable.service = router_of(r).service;
  t.canary.service = canary_service;
  return t;
}

plugin::router_target target_of(const rollout& r) {
  return target_of(r, is_about_left(r) ? r.plan.left->router.canary_service : examined_canary(r).service);
}

task<result<route>> look_at_route(rollout& r, plugin::router_target target) {
  const plugin::objects_router router = plugin_of(r);
  route seen;
  const std::function<task<result<std::vector<kube::object_ref>>>()> which = [&router, target] { return router.objects(target); };
  LEADSMAN_CO_TRY(seen.objects.asked, co_await ask_plugin(which));
  LEADSMAN_CO_TRY(std::vector<std::optional<json>> found, co_await kube::get_all(*r.target.api, seen.objects.asked));
  for (std::optional<json>& live : found) {
    if (live) seen.objects.found.push_back(std::move(*live));
  }
  const std::function<task<result<plugin::router_view>>()> meaning = [&router, target, &seen] { return router.inspect(target, seen.objects); };
  LEADSMAN_CO_TRY(seen.view, co_await ask_plugin(meaning));
  co_return seen;
}

task<result<plugin::router_change>> change_for(rollout& r, route seen, int weight, std::vector<plugin::route_match> matches) {
  const plugin::objects_router router = plugin_of(r);
  const std::function<task<result<plugin::router_change>>()> setting = [&r, &router, &seen, weight, &matches] {
    return router.set(target_of(r), seen.objects, weight, matches, written_objects(r));
  };
  co_return co_await ask_plugin(setting);
}

task<result<plugin::router_change>> change_back(rollout& r, route seen) {
  const plugin::objects_router router = plugin_of(r);
  const std::function<task<result<plugin::router_change>>()> returning = [&r, &router, &seen] {
    return router.release(target_of(r), seen.objects, originals_of(r), written_objects(r));
  };
  co_return co_await ask_plugin(returning);
}

task<result<void>> write_route(rollout& r, plugin::router_change change) {
  for (json& object : change.write) {
    const bool exists = !kube::text_at(object, "/metadata/resourceVersion").empty();
    auto writing = exists ? r.target.api->replace(std::move(object)) : r.target.api->create(std::move(object));
    LEADSMAN_CO_CHECK(co_await std::move(writing));
  }
  for (const kube::object_ref& ref : change.remove) LEADSMAN_CO_CHECK(co_await r.target.api->remove(ref));
  co_return result<void>{};
}

std::string last_editor(const std::vector<json>& objects) {
  return kube::last_writer(objects, [](const json& entry) { return kube::text_at(entry, "/subresource") != "status"; });
}

}  // namespace leadsman::runner
