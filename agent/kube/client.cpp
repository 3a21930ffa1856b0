#include "kube/client.hpp"

#include <algorithm>

#include "kube/api_status.hpp"
#include "kube/query.hpp"

namespace leadsman::kube {

using namespace std::chrono_literals;

namespace {

constexpr auto k_most_throttle_wait = 10s;
constexpr size_t k_error_body_limit = 64 * 1024;

std::string dry_run_word(bool dry_run) { return dry_run ? "All" : ""; }

void set_header(net::request& r, std::string name, std::string value) {
  std::erase_if(r.headers, [&](const auto& header) { return header.first == name; });
  if (!value.empty()) r.headers.emplace_back(std::move(name), std::move(value));
}

result<json> parse_answer(const net::response& answer, const std::string& what) {
  json parsed = json::parse(answer.body, nullptr, false);
  if (parsed.is_discarded()) return fail(errc::unavailable, what + ": the cluster's answer is not JSON");
  return parsed;
}

}  // namespace

client::client(asio::any_io_executor executor, cluster_access access, credential_exec exec, client_limits limits)
    : executor_(executor),
      context_(access.context),
      name_space_(access.name_space),
      server_(access.server),
      tls_(access.tls),
      limits_(limits),
      credentials_(executor, std::move(access), std::move(exec)) {}

client::~client() = default;

// Adds the credential and gives the connections to use: new ones when the client certificate has changed.
task<result<std::shared_ptr<net::client>>> client::authorize(net::request& r) {
  LEADSMAN_CO_TRY(const credential with, co_await credentials_.current());
  set_header(r, "Authorization", with.authorization);
  const bool new_certificate = !with.client_cert_pem.empty() && with.client_cert_pem != tls_.client_cert_pem;
  if (new_certificate) {
    tls_.client_cert_pem = with.client_cert_pem;
    tls_.client_key_pem = with.client_key_pem;
  }
  if (!net_ || new_certificate) {
    net::client_options options;
    options.max_idle = options.max_connections;  // a handshake with a client certificate costs both sides more than a request
    options.tls = std::make_shared<net::tls_context>(tls_);
    options.body_limit = limits_.body_limit;
    net_ = std::make_shared<net::client>(executor_, server_, options);
  }
  co_return net_;
}

// Once more with a fresh credential after 401; again after a while when the cluster says so.
task<result<net::response>> client::send(net::request r) {
  set_header(r, "Accept", "application/json");
  bool may_drop = true;
  for (int throttled = 0;;) {
    LEADSMAN_CO_TRY(const std::shared_ptr<net::client> http, co_await authorize(r));
    auto asking = http->exchange(r, limits_.request_timeout);
    LEADSMAN_CO_TRY(net::response answer, co_await std::move(asking));
    if (answer.status == 401 && may_drop && credentials_.drop()) {
      may_drop = false;
      continue;
    }
    const auto wait = answer.status == 429 || answer.status == 503 ? retry_after(answer.headers) : std::nullopt;
    if (!wait || throttled == limits_.retries_when_throttled) co_return answer;
    ++throttled;
    co_await sleep_for(std::min<std::chrono::milliseconds>(std::max(1s, *wait), k_most_throttle_wait));
  }
}

task<result<net::response>> client::call(net::request r, std::string what) {
  auto sending = send(std::move(r));
  result<net::response> answer = co_await std::move(sending);
  if (!answer) co_return fail(answer.error().code, what + ": " + answer.error().message);
  if (answer->status >= 300) co_return fail(to_error(answer->status, answer->headers, answer->body, what));
  co_return answer;
}

task<result<json>> client::call_json(net::request r, std::string what) {
  auto asking = call(std::move(r), what);
  LEADSMAN_CO_TRY(const net::response answer, co_await std::move(asking));
  co_return parse_answer(answer, what);
}

task<result<std::unique_ptr<net::body_stream>>> client::open_stream(net::request r, std::string what) {
  set_header(r, "Accept", "application/json");
  for (bool may_drop = true;; may_drop = false) {
    LEADSMAN_CO_TRY(const std::shared_ptr<net::client> http, co_await authorize(r));
    auto opening = http->open_stream(r, {limits_.request_timeout});
    auto stream = co_await std::move(opening);
    if (!stream) co_return fail(stream.error().code, what + ": " + stream.error().message);
    if ((*stream)->status() < 300) co_return stream;
    if ((*stream)->status() == 401 && may_drop && credentials_.drop()) continue;
    const auto body = co_await (*stream)->read_all(k_error_body_limit, limits_.request_timeout);
    co_return fail(to_error((*stream)->status(), (*stream)->headers(), body.value_or(""), what));
  }
}

task<result<resource_kind>> client::mapping(std::string api_version, std::string kind) {
  if (const auto known = discovery_.find(api_version, kind)) co_return *known;
  net::request ask{"GET", group_path(api_version)};
  std::string what = "look up the kinds of " + api_version;
  auto asking = call_json(std::move(ask), std::move(what));
  const result<json> list = co_await std::move(asking);
  if (!list && list.error().code == errc::not_found) {
    co_return fail(errc::not_found, "the cluster has no API " + api_version + " (for kind " + kind +
                                        "): is its custom resource definition installed?");
  }
  if (!list) co_return fail(list.error());
  LEADSMAN_CO_TRY(std::vector<resource_kind> kinds, parse_resource_list(*list));
  discovery_.put(api_version, std::move(kinds));
  if (const auto known = discovery_.find(api_version, kind)) co_return *known;
  co_return fail(errc::not_found, "the cluster has no kind " + kind + " in " + api_version);
}

task<result<std::string>> client::path_of(object_ref ref) {
  LEADSMAN_CO_TRY(const resource_kind kind, co_await mapping(ref.api_version, ref.kind));
  if (kind.namespaced && ref.name_space.empty() && !ref.name.empty()) ref.name_space = name_space_;
  co_return object_path(ref, kind);
}

task<result<std::optional<json>>> client::get(object_ref ref) {
  LEADSMAN_CO_TRY(const std::string path, co_await path_of(ref));
  net::request ask{"GET", path};
  auto asking = call_json(std::move(ask), "get " + to_string(ref));
  result<json> object = co_await std::move(asking);
  if (object) co_return std::optional<json>(std::move(*object));
  if (object.error().code == errc::not_found) co_return std::optional<json>();
  co_return fail(object.error());
}

// Requests are put together outside the coroutines: GCC 12 corrupts braced lists inside them.
static net::request with_body(std::string method, std::string target, std::string content_type, std::string body) {
  return {std::move(method), std::move(target), {{"Content-Type", std::move(content_type)}}, std::move(body)};
}

static json delete_options(const remove_options& options) {
  json body{{"apiVersion", "v1"}, {"kind", "DeleteOptions"}, {"propagationPolicy", options.propagation}};
  if (!options.uid.empty()) body["preconditions"]["uid"] = options.uid;
  if (!options.resource_version.empty()) body["preconditions"]["resourceVersion"] = options.resource_version;
  return body;
}

task<result<json>> client::write(std::string method, object_ref ref, json body, std::string content_type, write_options options,
                                 std::string what) {
  LEADSMAN_CO_TRY(std::string path, co_await path_of(ref));
  if (!options.subresource.empty()) path += "/" + net::percent_encode(options.subresource);
  query parameters;
  parameters.add("fieldManager", options.field_manager).add("dryRun", dry_run_word(options.dry_run));
  net::request r = with_body(std::move(method), path + parameters.text(), std::move(content_type), body.dump());
  auto asking = call_json(std::move(r), std::move(what));
  co_return co_await std::move(asking);
}

task<result<json>> client::create(json object, write_options options) {
  object_ref collection = ref_of(object);
  std::string what = "create " + to_string(collection);
  LEADSMAN_CO_TRY(const resource_kind kind, co_await mapping(collection.api_version, collection.kind));
  if (kind.namespaced && collection.name_space.empty()) collection.name_space = name_space_;
  collection.name.clear();
  auto writing = write("POST", collection, std::move(object), "application/json", options, std::move(what));
  co_return co_await std::move(writing);
}

task<result<json>> client::replace(json object, write_options options) {
  const object_ref ref = ref_of(object);
  auto writing = write("PUT", ref, std::move(object), "application/json", options, "replace " + to_string(ref));
  co_return co_await std::move(writing);
}

task<result<json>> client::merge_patch(object_ref ref, json patch, write_options options) {
  auto writing = write("PATCH", ref, std::move(patch), "application/merge-patch+json", options, "patch " + to_string(ref));
  co_return co_await std::move(writing);
}

task<result<bool>> client::remove(object_ref ref, remove_options options) {
  LEADSMAN_CO_TRY(const std::string path, co_await path_of(ref));
  net::request r = with_body("DELETE", path, "application/json", delete_options(options).dump());
  auto asking = call(std::move(r), "delete " + to_string(ref));
  const result<net::response> answer = co_await std::move(asking);
  if (answer) co_return true;
  if (answer.error().code == errc::not_found) co_return false;
  co_return fail(answer.error());
}

task<result<json>> client::apply(std::string body, object_ref ref, apply_options options) {
  LEADSMAN_CO_TRY(const std::string path, co_await path_of(ref));
  query parameters;
  parameters.add("fieldManager", options.field_manager).add("dryRun", dry_run_word(options.dry_run));
  parameters.flag("force", options.force).add("fieldValidation", options.field_validation);
  net::request r = with_body("PATCH", path + parameters.text(), "application/apply-patch+yaml", std::move(body));
  r.repeatable = true;
  auto asking = call_json(std::move(r), "apply " + to_string(ref));
  co_return co_await std::move(asking);
}

}  // namespace leadsman::kube
