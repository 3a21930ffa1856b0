#include "kube/lease.hpp"

namespace leadsman::kube {

namespace {

// MicroTime: exactly six digits of a second, or the API server refuses it.
json micro_time(const std::optional<wall_time>& at_time) {
  if (!at_time) return nullptr;
  std::string text = format_rfc3339(*at_time);
  text.insert(text.size() - 1, "000");
  return text;
}

result<std::optional<wall_time>> read_time(const json& object, std::string_view pointer) {
  const std::string text = text_at(object, pointer);
  if (text.empty()) return std::nullopt;
  auto at_time = parse_rfc3339(text);
  if (!at_time) {
    return fail(errc::invalid_input, "the lease has a time that cannot be read: " + at_time.error().message,
                std::string(pointer));
  }
  return *at_time;
}

json spec_of(const lease& l) {
  json spec{{"acquireTime", micro_time(l.acquired)}, {"renewTime", micro_time(l.renewed)}, {"leaseTransitions", l.transitions}};
  spec["holderIdentity"] = l.holder.empty() ? json(nullptr) : json(l.holder);
  spec["leaseDurationSeconds"] = l.duration.count() > 0 ? json(l.duration.count()) : json(nullptr);
  return spec;
}

}  // namespace

result<lease> parse_lease(const json& object) {
  if (text_at(object, "/kind") != "Lease") {
    return fail(errc::invalid_input, "expected a Lease, found kind '" + text_at(object, "/kind") + "'");
  }
  lease l{text_at(object, "/metadata/namespace"), text_at(object, "/metadata/name")};
  l.holder = text_at(object, "/spec/holderIdentity");
  l.duration = std::chrono::seconds(number_at(object, "/spec/leaseDurationSeconds"));
  LEADSMAN_TRY(l.acquired, read_time(object, "/spec/acquireTime"));
  LEADSMAN_TRY(l.renewed, read_time(object, "/spec/renewTime"));
  l.transitions = number_at(object, "/spec/leaseTransitions");
  l.resource_version = text_at(object, "/metadata/resourceVersion");
  const json& annotations = at(object, "/metadata/annotations");
  if (!annotations.is_object()) return l;
  for (const auto& item : annotations.items()) {
    if (item.value().is_string()) l.annotations[item.key()] = item.value();
  }
  return l;
}

json to_json(const lease& l) {
  return {{"apiVersion", "coordination.k8s.io/v1"},
          {"kind", "Lease"},
          {"metadata",
           {{"namespace", l.name_space},
            {"name", l.name},
            {"annotations", l.annotations},
            {"labels", {{"app.kubernetes.io/managed-by", "leadsman"}}}}},
          {"spec", spec_of(l)}};
}

json lease_patch(const lease& before, const lease& after) {
  json annotations = json::object();
  for (const auto& [key, value] : before.annotations) {
    if (!after.annotations.contains(key)) annotations[key] = nullptr;
  }
  for (const auto& [key, value] : after.annotations) {
    const auto old = before.annotations.find(key);
    if (old == before.annotations.end() || old->second != value) annotations[key] = value;
  }
  return {{"metadata", {{"resourceVersion", before.resource_version}, {"annotations", annotations}}}, {"spec", spec_of(after)}};
}

std::string_view to_string(lease_standing standing) {
  switch (standing) {
    case lease_standing::free: return "free";
    case lease_standing::mine: return "mine";
    case lease_standing::held: return "held";
    case lease_standing::expired: return "expired";
  }
  return "unknown";
}

lease_verdict assess_lease(const lease& seen, std::string_view my_identity, seen_time changed_at, seen_time at) {
  lease_verdict verdict{lease_standing::free, seen.holder, seen.acquired, std::nullopt, seen.annotations};
  if (seen.holder.empty()) return verdict;
  verdict.expires = changed_at + seen.duration;
  if (seen.holder == my_identity) verdict.standing = lease_standing::mine;
  else verdict.standing = at < *verdict.expires ? lease_standing::held : lease_standing::expired;
  return verdict;
}

namespace {

bool shows_life(const lease& before, const lease& after) {
  return before.holder != after.holder || before.renewed != after.renewed || before.transitions != after.transitions ||
         before.acquired != after.acquired || before.duration != after.duration;
}

}  // namespace

void lease_observer::observe(std::optional<lease> seen, seen_time at) {
  if (seen && (!seen_ || shows_life(*seen_, *seen))) changed_at_ = at;
  seen_ = std::move(seen);
}

lease_verdict lease_observer::assess(std::string_view my_identity, seen_time at) const {
  return seen_ ? assess_lease(*seen_, my_identity, changed_at_, at) : lease_verdict{};
}

lease claimed(std::optional<lease> before, const std::string& name_space, const std::string& name, const lease_claim& claim,
              wall_time at) {
  lease next = before.value_or(lease{name_space, name});
  if (next.holder != claim.identity) {
    ++next.transitions;
    next.acquired = at;
    for (const std::string& request : claim.requests) next.annotations.erase(request);
  }
  next.holder = claim.identity;
  return renewed(std::move(next), claim, at);
}

lease renewed(lease before, const lease_claim& claim, wall_time at) {
  before.renewed = at;
  before.duration = claim.duration;
  for (const auto& [key, value] : claim.annotations) before.annotations[key] = value;
  return before;
}

lease released(lease before, const lease_claim& claim, wall_time at) {
  before.holder.clear();
  before.renewed = at;
  before.duration = std::chrono::seconds(1);
  for (const auto& [key, value] : claim.annotations) before.annotations.erase(key);
  for (const std::string& request : claim.requests) before.annotations.erase(request);
  return before;
}

}  // namespace leadsman::kube
