#include "runner/ledger.hpp"

#include <functional>

#include "document/reader.hpp"
#include "wire/model.hpp"

namespace leadsman::runner {

using nlohmann::json;

namespace {

constexpr const char* k_key = "ledger.json";

kube::object_ref ref_of(const model::release_id& release) {
  return {"v1", "ConfigMap", release.name_space, "leadsman-" + release.name};
}

std::unexpected<error> nonsense(const json& config_map, const std::string& why) {
  return fail(errc::internal, "the ledger in " + kube::to_string(kube::ref_of(config_map)) + " cannot be read (" + why +
                                  "); mend what somebody wrote there, or remove it: Leadsman then begins a new one");
}

result<model::ledger> parse(const json& config_map) {
  const std::string text = kube::text_at(config_map, "/data/" + std::string(k_key));
  if (text.empty()) return model::ledger{};
  const auto value = document::parse_json(text, "it");
  if (!value) return nonsense(config_map, value.error().message);
  if (!value->is_object()) return nonsense(config_map, "it is " + document::describe(*value));
  auto known = wire::parse<model::ledger>(*value);
  if (!known) return nonsense(config_map, known.error().message);
  return known;
}

void put(model::ledger& known, model::ledger_entry entry) {
  std::erase_if(known.entries, [&](const model::ledger_entry& e) { return e.revision == entry.revision; });
  known.entries.push_back(std::move(entry));
  std::ranges::sort(known.entries, {}, &model::ledger_entry::revision);
  if (known.entries.size() > k_ledger_entries) {
    known.entries.erase(known.entries.begin(), known.entries.end() - k_ledger_entries);
  }
}

json make_config_map(const model::release_id& release, const model::ledger& known) {
  return {{"apiVersion", "v1"},
          {"kind", "ConfigMap"},
          {"metadata",
           {{"name", "leadsman-" + release.name},
            {"namespace", release.name_space},
            {"labels", {{"app.kubernetes.io/managed-by", "leadsman"}, {"leadsman/release", release.name}}}}},
          {"data", {{k_key, json(known).dump()}}}};
}

}  // namespace

task<result<model::ledger>> read_ledger(kube::client& api, model::release_id release) {
  LEADSMAN_CO_TRY(const auto found, co_await api.get(ref_of(release)));
  if (!found) co_return model::ledger{};
  co_return parse(*found);
}

// A lost race is tried again. Nothing is written when the change changes nothing.
static task<result<void>> update(kube::client& api, model::release_id release, std::function<void(model::ledger&)> change) {
  for (int attempt = 0;; ++attempt) {
    LEADSMAN_CO_TRY(auto found, co_await api.get(ref_of(release)));
    model::ledger before;
    if (found) {
      LEADSMAN_CO_TRY(before, parse(*found));
    }
    model::ledger known = before;
    change(known);
    if (known == before) co_return result<void>{};
    result<json> written;
    if (found) {
      (*found)["data"][k_key] = json(known).dump();
      written = co_await api.replace(*found);
    } else {
      written = co_await api.create(make_config_map(release, known));
    }
    if (written) co_return result<void>{};
    if (written.error().code != errc::conflict || attempt == 5) co_return fail(written.error());
  }
}

task<result<void>> enter(kube::client& api, model::release_id release, model::ledger_entry entry) {
  const std::function<void(model::ledger&)> entering = [&entry](model::ledger& known) { put(known, entry); };
  co_return co_await update(api, std::move(release), entering);
}

task<result<void>> enter_canary(kube::client& api, model::release_id release, std::optional<model::canary_entry> canary) {
  const std::function<void(model::ledger&)> entering = [&canary](model::ledger& known) { known.canary = canary; };
  co_return co_await update(api, std::move(release), entering);
}

}  // namespace leadsman::runner
