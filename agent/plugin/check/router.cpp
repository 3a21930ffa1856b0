#include <fmt/format.h>

#include <algorithm>

#include "plugin/check/examination.hpp"
#include "plugin/router_words.hpp"
#include "plugin/untrusted.hpp"

namespace leadsman::plugin {

using nlohmann::json;

namespace {

constexpr int k_weight = 10;

// The objects after the change, as an API server would give them back.
json applied(json objects, const router_change& change) {
  const auto place_of = [&](const kube::object_ref& ref) {
    return std::ranges::find_if(objects, [&](const json& each) { return kube::ref_of(each) == ref; });
  };
  for (const json& each : change.write) {
    if (const auto at = place_of(kube::ref_of(each)); at != objects.end()) *at = each;
    else objects.push_back(each);
  }
  for (const kube::object_ref& ref : change.remove) {
    if (const auto at = place_of(ref); at != objects.end()) objects.erase(at);
  }
  return objects;
}

result<void> expect_asked(const router_change& change, const std::vector<kube::object_ref>& asked) {
  for (const json& each : change.write) {
    if (std::ranges::find(asked, kube::ref_of(each)) != asked.end()) continue;
    return fail(errc::internal, "writes " + untrusted(kube::to_string(kube::ref_of(each))) + ", which it did not ask for");
  }
  return {};
}

result<void> expect_weight(const router_view& view, std::optional<int> weight) {
  if (view.weight == weight) return {};
  const auto text = [](const std::optional<int>& w) { return w ? fmt::format("{} %", *w) : std::string("no canary"); };
  return fail(errc::internal, "finds " + text(view.weight) + ", expected " + text(weight));
}

result<void> expect_nothing(const router_change& change) {
  if (change.write.empty() && change.remove.empty()) return {};
  return fail(errc::internal, "changes something again");
}

// What is asked of a router, and read strictly, with the author's samples.
struct trial {
  std::shared_ptr<examination> of;
  json target;
  json objects;

  json params() const { return {{"target", target}, {"objects", objects}}; }
};

template <class T>
result<T> read(const result<answer>& said, result<T> (*parse)(const json&)) {
  LEADSMAN_TRY(const json value, expect_result(said));
  return parse(value);
}

task<result<router_view>> inspect(std::shared_ptr<trial> with) {
  auto asking = with->of->talk.ask("router.inspect", with->params());
  co_return read(co_await std::move(asking), parse_view);
}

task<result<router_change>> change(std::shared_ptr<trial> with, std::string method, json more) {
  json params = with->params();
  params.update(more);
  auto asking = with->of->talk.ask(std::move(method), std::move(params));
  co_return read(co_await std::move(asking), parse_change);
}

// Sets a weight, looks, sets it again, and takes the canary out, on objects that are nowhere but here.
task<void> try_out(std::shared_ptr<trial> with) {
  const examination& of = *with->of;
  auto asking = with->of->talk.ask("router.objects", json{{"target", with->target}});
  const auto asked = read(co_await std::move(asking), parse_objects);
  of.note("router.objects answers with references", went(asked));
  if (!asked) co_return;
  auto looking = inspect(with);
  const result<router_view> before = co_await std::move(looking);
  of.note("router.inspect finds no canary in the sample", before ? expect_weight(*before, std::nullopt) : went(before));
  const json weighing{{"weight", k_weight}, {"matches", json::array()}};
  auto setting = change(with, "router.set", weighing);
  const result<router_change> set = co_await std::move(setting);
  of.note("router.set writes whole objects that it asked for", set ? expect_asked(*set, *asked) : went(set));
  if (!set) co_return;
  const json originals = with->objects;
  with->objects = applied(with->objects, *set);
  auto looking_again = inspect(with);
  const result<router_view> at_weight = co_await std::move(looking_again);
  of.note("router.inspect finds the weight that was set", at_weight ? expect_weight(*at_weight, k_weight) : went(at_weight));
  auto repeating = change(with, "router.set", weighing);
  const result<router_change> again = co_await std::move(repeating);
  of.note("router.set changes nothing when all is as it should be", again ? expect_nothing(*again) : went(again));
  const json restoring{{"originals", originals}};
  auto releasing = change(with, "router.release", restoring);
  const result<router_change> released = co_await std::move(releasing);
  const bool as_before = released && applied(with->objects, *released) == originals;
  of.note("router.release leaves the sample as it was", !released || as_before ? went(released) : fail(errc::internal, "leaves something else"));
}

}  // namespace

task<void> check_router(std::shared_ptr<examination> of) {
  for (const char* method : {"router.objects", "router.inspect", "router.set", "router.release"}) {
    auto asking = of->talk.ask(method, json{{"target", "nothing"}});
    of->note(fmt::format("{} refuses params that are none with -32602", method), expect_error(co_await std::move(asking), k_invalid_params));
  }
  const json sample = of->samples.is_object() ? of->samples.value("router", json()) : json();
  if (!sample.is_object() || !sample.contains("target") || !sample.contains("objects")) {
    of->found->findings.push_back({true, "router: nothing to try it with", "check.json may hold {\"router\": {\"target\": ..., \"objects\": [...]}}"});
    co_return;
  }
  auto trying = try_out(std::make_shared<trial>(of, sample["target"], sample["objects"]));
  co_await std::move(trying);
}

}  // namespace leadsman::plugin
