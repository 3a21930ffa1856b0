#include "twin/assess.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "helm/member.hpp"
#include "twin/capacity.hpp"
#include "twin/selector.hpp"

namespace leadsman::twin {

using helm::object;

namespace {

struct rule {
  std::string_view kind;
  std::string_view why;
};

constexpr std::string_view k_route = "requests come to the canary by its weight alone";
constexpr std::string_view k_scaler = "the canary's pods follow its weight";
constexpr std::string_view k_once = "it would run a second time";
constexpr std::string_view k_account = "the canary runs under stable's account";

constexpr std::array k_left_out{
    rule{"Ingress", k_route},        rule{"HTTPRoute", k_route},      rule{"GRPCRoute", k_route},      rule{"TLSRoute", k_route},
    rule{"TCPRoute", k_route},       rule{"Gateway", k_route},        rule{"VirtualService", k_route}, rule{"IngressRoute", k_route},
    rule{"TraefikService", k_route}, rule{"HTTPProxy", k_route},      rule{"HorizontalPodAutoscaler", k_scaler},
    rule{"ScaledObject", k_scaler},  rule{"VerticalPodAutoscaler", k_scaler}, rule{"Job", k_once},     rule{"CronJob", k_once},
    rule{"ResourceQuota", "it counts for the whole namespace"}, rule{"LimitRange", "it counts for the whole namespace"},
};

constexpr std::array k_refused{
    rule{"StatefulSet", "its pods keep data of their own, which a canary would not have"},
    rule{"PersistentVolumeClaim", "the canary would get an empty volume, or none"},
};

template <size_t N>
std::optional<std::string_view> why_of(const std::array<rule, N>& rules, const std::string& kind) {
  const auto at = std::ranges::find(rules, kind, &rule::kind);
  return at == rules.end() ? std::nullopt : std::optional(at->why);
}

bool has_object(const std::vector<object>& objects, const object& like) {
  return std::ranges::any_of(objects, [&](const object& o) {
    return o.kind == like.kind && o.name == like.name && o.object_namespace == like.object_namespace;
  });
}

bool is_role(const object& o) { return o.kind == "Role" || o.kind == "RoleBinding"; }

class assessor {
 public:
  assessor(const sides& both, const model::canary& asked) : both_(both), asked_(asked) {}

  assessment run() {
    if (!both_.canary.empty()) found_.make.release_namespace = both_.canary.front().object_namespace;
    find_accounts();
    for (const object& o : both_.canary) take(o);
    for (const helm::hook& h : both_.hooks) take_hook(h);
    find_service();
    check_selectors();
    if (found_.workloads.empty()) refuse("the chart has no Deployment, so there is nothing to give a share of the traffic to");
    return std::move(found_);
  }

 private:
  void refuse(std::string sentence) { found_.refused.push_back(std::move(sentence)); }

  void leave_out(const object& o, std::string_view why) {
    found_.make.leave_out.push_back(key_of(o.kind, o.name));
    found_.left_out.push_back(key_of(o.kind, o.name) + ": " + std::string(why));
  }

  // An account that stable does not have yet is the canary's own.
  void find_accounts() {
    for (const object& o : both_.canary) {
      if (o.kind != "ServiceAccount") continue;
      const object* stable = counterpart(o, both_.canary, both_.stable);
      if (stable && stable->name != o.name && has_object(both_.deployed, *stable)) found_.make.service_accounts[o.name] = stable->name;
    }
  }

  std::optional<std::string_view> why_left_out(const object& o) const {
    if (both_.cluster_scoped.contains(o.api_version + " " + o.kind)) return "it belongs to the whole cluster, and stays as stable's";
    if (const auto why = why_of(k_left_out, o.kind)) return why;
    if (found_.make.service_accounts.empty()) return std::nullopt;
    const bool account = o.kind == "ServiceAccount" && found_.make.service_accounts.contains(o.name);
    return account || is_role(o) ? std::optional(k_account) : std::nullopt;
  }

  void take(const object& o) {
    if (const auto why = why_left_out(o)) return leave_out(o, *why);
    const std::string key = key_of(o.kind, o.name);
    if (const auto why = why_of(k_refused, o.kind)) refuse(key + ": " + std::string(*why));
    if (has_object(both_.deployed, o) || has_object(both_.stable, o)) {
      refuse(key + " would be in both releases: the chart does not put the release's name into it");
    }
    found_.make.keep.push_back(key);
    kept_.push_back(o);
    if (o.kind == "Deployment") take_workload(o);
  }

  void take_workload(const object& o) {
    const object* stable = counterpart(o, both_.canary, both_.stable);
    if (!stable) return refuse(key_of(o.kind, o.name) + " has no counterpart in stable's release, so how many pods it needs is not known");
    found_.workloads.push_back({o.api_version, o.kind, o.name, stable->name});
    const auto replicas = helm::workloads({*stable}).front().replicas.value_or(1);
    found_.make.replicas[key_of(o.kind, o.name)] = pods_for(asked_, asked_.steps.front().weight, replicas);
  }

  void take_hook(const helm::hook& h) {
    const std::string key = key_of(h.kind, h.name);
    if (h.is_test() || asked_.hooks == model::canary_hooks::run_in_canary) return found_.make.keep.push_back(key);
    found_.make.leave_out.push_back(key);
    if (asked_.hooks == model::canary_hooks::at_promotion) {
      found_.left_out.push_back(key + ": this hook runs when stable is upgraded");
      return;
    }
    refuse("the hook " + key + " would run for the canary too; say with hooks: run-in-canary or at-promotion when it is to run");
  }

  void find_service() {
    const auto named = [](const std::vector<object>& objects, const std::string& name) {
      const auto at = std::ranges::find_if(objects, [&](const object& o) { return o.kind == "Service" && o.name == name; });
      return at == objects.end() ? nullptr : &*at;
    };
    const object* stable = named(both_.stable, asked_.router.service);
    if (!stable) return refuse("the chart makes no Service " + asked_.router.service + ", which the router is to lead away from");
    const object* canary = asked_.router.canary_service.empty() ? counterpart(*stable, both_.stable, both_.canary)
                                                                : named(both_.canary, asked_.router.canary_service);
    if (!canary) return refuse("the canary has no Service in the place of " + asked_.router.service + "; name it with canary-service");
    found_.service = canary->name;
  }

  void check_selectors() {
    std::vector<std::string> all = collisions(kept_, both_.stable);
    for (const auto* choosing : {&both_.deployed, &both_.stable}) std::ranges::move(collisions(*choosing, kept_), std::back_inserter(all));
    std::ranges::move(collisions(kept_, both_.deployed), std::back_inserter(all));
    std::ranges::sort(all);
    all.erase(std::ranges::unique(all).begin(), all.end());
    for (std::string& one : all) refuse(one + ": the chart's selectors lack the release's name, so the canary would get traffic at weight 0");
  }

  const sides& both_;
  const model::canary& asked_;
  assessment found_;
  std::vector<object> kept_;
};

}  // namespace

const object* counterpart(const object& of, const std::vector<object>& own, const std::vector<object>& others) {
  const auto same_place = [&](const object& o) { return o.source == of.source && o.kind == of.kind; };
  std::ptrdiff_t number = 0;
  for (const object& o : own) {
    if (&o == &of || (o.name == of.name && same_place(o))) break;
    if (same_place(o)) ++number;
  }
  for (const object& o : others) {
    if (same_place(o) && number-- == 0) return &o;
  }
  return nullptr;
}

assessment assess(const sides& both, const model::canary& asked) { return assessor(both, asked).run(); }

}  // namespace leadsman::twin
