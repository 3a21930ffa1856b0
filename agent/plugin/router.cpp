#include "plugin/router.hpp"

#include <fmt/format.h>

#include "plugin/grants.hpp"
#include "plugin/router_words.hpp"
#include "plugin/rpc_failure.hpp"

namespace leadsman::plugin {

using nlohmann::json;

namespace {

using refs = std::vector<kube::object_ref>;

json params_of(const router_target& target) { return {{"target", to_json(target)}}; }

json params_of(const router_target& target, const routed_objects& objects) {
  json params = params_of(target);
  params["objects"] = objects.found;
  return params;
}

// The coroutines behind the class, which may be gone while they are under way.
struct asked_router {
  host* plugins;
  std::string name;
};

task<result<json>> call(asked_router whom, std::string method, json params) {
  auto calling = whom.plugins->call(kind::router, whom.name, std::move(method), std::move(params));
  co_return co_await std::move(calling);
}

// Puts the plugin's name before what is wrong with its answer.
template <class T>
result<T> checked(const asked_router& whom, result<T> read) {
  if (read) return read;
  const error e = wrong_answer(read.error());
  return fail(e.code, fmt::format("the plugin {} {}", whom.name, e.message));
}

router_reach reach_of(const asked_router& whom, std::string name_space) {
  return {whom.plugins->find(whom.name)->grants, std::move(name_space)};
}

task<result<refs>> ask_objects(asked_router whom, router_target target) {
  auto calling = call(whom, "router.objects", params_of(target));
  LEADSMAN_CO_TRY(const json said, co_await std::move(calling));
  LEADSMAN_CO_TRY(refs asked, checked(whom, parse_objects(said)));
  LEADSMAN_CO_CHECK(checked(whom, check_asked(asked, reach_of(whom, target.name_space))));
  co_return asked;
}

task<result<router_view>> ask_view(asked_router whom, json params) {
  auto calling = call(whom, "router.inspect", std::move(params));
  LEADSMAN_CO_TRY(const json said, co_await std::move(calling));
  co_return checked(whom, parse_view(said));
}

task<result<router_change>> ask_change(asked_router whom, std::string method, json params, std::string name_space, refs asked, refs written) {
  auto calling = call(whom, std::move(method), std::move(params));
  LEADSMAN_CO_TRY(const json said, co_await std::move(calling));
  LEADSMAN_CO_TRY(router_change change, checked(whom, parse_change(said)));
  LEADSMAN_CO_CHECK(checked(whom, check_change(change, asked, written, reach_of(whom, std::move(name_space)))));
  co_return change;
}

}  // namespace

task<result<refs>> objects_router::objects(router_target target) const { return ask_objects({plugins_, name_}, std::move(target)); }

task<result<router_view>> objects_router::inspect(router_target target, routed_objects objects) const {
  return ask_view({plugins_, name_}, params_of(target, objects));
}

task<result<router_change>> objects_router::set(router_target target, routed_objects objects, int weight, std::vector<route_match> matches, refs written) const {
  json params = params_of(target, objects);
  params["weight"] = weight;
  params["matches"] = to_json(matches);
  return ask_change({plugins_, name_}, "router.set", std::move(params), target.name_space, std::move(objects.asked), std::move(written));
}

task<result<router_change>> objects_router::release(router_target target, routed_objects objects, std::vector<json> originals, refs written) const {
  json params = params_of(target, objects);
  params["originals"] = std::move(originals);
  return ask_change({plugins_, name_}, "router.release", std::move(params), target.name_space, std::move(objects.asked), std::move(written));
}

}  // namespace leadsman::plugin
