#include "runner/release_reader.hpp"

#include <algorithm>
#include <charconv>

#include "document/reader.hpp"
#include "runner/left_revision.hpp"

namespace leadsman::runner {

using nlohmann::json;

namespace {

// Labels only: the payloads of twenty revisions of a large chart are megabytes.
constexpr const char* k_metadata_only = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

int to_revision(const std::string& text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

kube::object_ref ref_of(const model::release_id& release, int revision) {
  return {"v1", "Secret", release.name_space, helm::secret_name(release.name, revision)};
}

net::request list_request(const model::release_id& release) {
  net::request ask;
  ask.target = "/api/v1/namespaces/" + release.name_space +
               "/secrets?labelSelector=" + net::percent_encode(helm::secret_selector(release.name));
  ask.headers = {{"Accept", k_metadata_only}};
  return ask;
}

}  // namespace

task<result<std::vector<plan::observed_revision>>> read_history(kube::client& api, model::release_id release) {
  net::request ask = list_request(release);
  LEADSMAN_CO_TRY(const net::response answer, co_await api.call(std::move(ask), "list the revisions of " + release.name));
  LEADSMAN_CO_TRY(const json list, document::parse_json(answer.body, "the list of revisions"));
  std::vector<plan::observed_revision> history;
  for (const json& item : kube::at(list, "/items")) {
    plan::observed_revision r;
    r.revision = to_revision(kube::label_of(item, "version"));
    r.status = kube::label_of(item, "status");
    r.deployment = kube::label_of(item, "leadsman/deployment");
    if (r.revision > 0) history.push_back(std::move(r));
  }
  std::ranges::sort(history, {}, &plan::observed_revision::revision);
  co_return history;
}

task<result<std::optional<helm::release>>> read_revision(kube::client& api, model::release_id release, int revision) {
  LEADSMAN_CO_TRY(const auto secret, co_await api.get(ref_of(release, revision)));
  if (!secret) co_return std::optional<helm::release>{};
  LEADSMAN_CO_TRY(auto decoded, helm::decode_release(*secret));
  co_return std::optional<helm::release>(std::move(decoded));
}

task<result<void>> unlock(kube::client& api, model::release_id release, int revision) {
  LEADSMAN_CO_TRY(const auto secret, co_await api.get(ref_of(release, revision)));
  if (!secret) co_return result<void>{};
  const auto marked = helm::mark_failed(*secret, k_helm_has_died, now());
  if (!marked && marked.error().code == errc::conflict) co_return result<void>{};
  if (!marked) co_return fail(marked.error());
  LEADSMAN_CO_CHECK(co_await api.replace(*marked));
  co_return result<void>{};
}

}  // namespace leadsman::runner
