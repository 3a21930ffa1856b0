#include "capacity/peak.hpp"

#include <algorithm>
#include <charconv>

#include "twin/capacity.hpp"
#include "twin/instructions.hpp"

namespace leadsman::capacity {

using helm::object;
using kube::json;
using twin::key_of;

namespace {

const object* find(const std::vector<object>& objects, const std::string& kind, const std::string& name) {
  const auto at = std::ranges::find_if(objects, [&](const object& o) { return o.kind == kind && o.name == name; });
  return at == objects.end() ? nullptr : &*at;
}

// "25%" of the pods, rounded up as Kubernetes does, or a number.
int share(const json& said, int of, int percent_unless_said) {
  if (said.is_number_integer()) return std::max(0, said.get<int>());
  int percent = percent_unless_said;
  if (said.is_string()) {
    const auto& text = said.get_ref<const std::string&>();
    std::from_chars(text.data(), text.data() + text.size(), percent);
  }
  return (of * std::clamp(percent, 0, 1000) + 99) / 100;
}

// A quarter unless said: the default of apps/v1.
int surge_of(const object& o, int pods) {
  if (o.kind != "Deployment" || kube::text_at(o.value, "/spec/strategy/type") == "Recreate") return 0;
  return share(kube::at(o.value, "/spec/strategy/rollingUpdate/maxSurge"), pods, 25);
}

class counter {
 public:
  explicit counter(const sources& from) : from_(from) {}

  peak run() {
    for (const object& o : from_.wanted) add_workload(o);
    for (const object& o : from_.deployed) {
      if (kube::has_replicas(o.kind) && !find(from_.wanted, o.kind, o.name)) add_leaving(o);
    }
    if (from_.canary) add_canary();
    out_.more = out_.highest - out_.now;
    return std::move(out_);
  }

 private:
  std::optional<int> live(const std::string& kind, const std::string& name) const {
    const auto at = from_.live.find(key_of(kind, name));
    return at == from_.live.end() ? std::nullopt : std::optional(at->second);
  }

  size_t take_spec(const json& spec) {
    const auto at = std::ranges::find(out_.specs, spec);
    const auto index = static_cast<size_t>(at - out_.specs.begin());
    if (at == out_.specs.end()) out_.specs.push_back(spec);
    return index;
  }

  // Pods are replaced one by one: at first all are old ones and the surge is new, at last the other way round.
  void add_workload(const object& o) {
    if (o.kind == "DaemonSet") out_.not_counted.push_back(key_of(o.kind, o.name));
    if (!kube::has_replicas(o.kind)) return;
    const int now = live(o.kind, o.name).value_or(0);
    const json& said = kube::at(o.value, "/spec/replicas");
    const int wanted = said.is_number_integer() ? said.get<int>() : std::max(now, 1);
    const int surge = now > 0 ? surge_of(o, wanted) : 0;
    const object* before = find(from_.deployed, o.kind, o.name);
    const demand pod = demand_of_pod(helm::pod_spec_of(o), from_.defaults);
    const demand old = before ? demand_of_pod(helm::pod_spec_of(*before), from_.defaults) : pod;
    const size_t spec = take_spec(helm::pod_spec_of(o));
    out_.now = out_.now + old * now;
    const demand first = old * now + pod * (std::max(0, wanted - now) + surge), last = pod * wanted + old * surge;
    out_.highest = out_.highest + larger_of(first, last);
    out_.lasting = out_.lasting + (pod * wanted - old * now);
    out_.surge += surge;
    for (int i = 0; i < std::max(0, wanted - now) + surge; ++i) out_.pods.push_back({pod, spec});
  }

  void add_leaving(const object& o) {
    const demand pods = demand_of_pod(helm::pod_spec_of(o), from_.defaults) * live(o.kind, o.name).value_or(0);
    out_.now = out_.now + pods;
    out_.highest = out_.highest + pods;
  }

  // What the canary's workload needs at a weight, without the pods that are there already.
  std::pair<int, demand> at_weight(const twin::scaled_workload& w, int weight) const {
    const object* made = find(from_.canary_objects, w.kind, w.name);
    const object* stable = find(from_.wanted, w.kind, w.stable);
    const int of_stable = live(w.kind, w.stable).value_or(stable ? kube::replicas_of(stable->value) : 1);
    const int pods = std::max(0, twin::pods_for(*from_.canary, weight, of_stable) - live(w.kind, w.name).value_or(0));
    return {pods, made ? demand_of_pod(helm::pod_spec_of(*made), from_.defaults) : demand{}};
  }

  void add_canary() {
    for (const model::canary_step& step : from_.canary->steps) {
      weight_demand needs{step.weight, {}};
      for (const twin::scaled_workload& w : from_.twins) {
        const auto [pods, each] = at_weight(w, step.weight);
        needs.more = needs.more + each * pods;
      }
      out_.weights.push_back(needs);
    }
    const int last = from_.canary->steps.empty() ? 0 : from_.canary->steps.back().weight;
    for (const twin::scaled_workload& w : from_.twins) {
      const auto [pods, each] = at_weight(w, last);
      out_.of_canary += pods;
      out_.highest = out_.highest + each * pods;
      const object* made = find(from_.canary_objects, w.kind, w.name);
      if (made) out_.pods.insert(out_.pods.end(), static_cast<size_t>(pods), {each, take_spec(helm::pod_spec_of(*made))});
    }
  }

  const sources& from_;
  peak out_;
};

}  // namespace

peak peak_of(const sources& from) { return counter(from).run(); }

}  // namespace leadsman::capacity
