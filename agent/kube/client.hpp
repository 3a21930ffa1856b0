#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "kube/access.hpp"
#include "kube/credentials.hpp"
#include "kube/discovery.hpp"
#include "kube/field_manager.hpp"
#include "kube/kubeconfig.hpp"
#include "kube/log_query.hpp"
#include "kube/object_ref.hpp"
#include "net/client.hpp"

namespace leadsman::kube {

struct list_query {
  std::string api_version;
  std::string kind;
  std::string name_space{};  // empty: all namespaces
  std::string label_selector{};
  std::string field_selector{};
};

// All of a kind, and the version of the cluster's state at which it was so.
struct object_list {
  std::vector<json> items;  // with apiVersion and kind filled in
  std::string resource_version;
};

struct write_options {
  // No aggregate: GCC 12 destroys an aggregate default argument twice when the call is awaited.
  write_options() = default;
  std::string field_manager = k_field_manager;
  bool dry_run = false;
  std::string subresource{};  // "status", "scale", …
};

struct apply_options {
  apply_options() = default;  // as above
  std::string field_manager = "helm";
  bool dry_run = false;
  bool force = false;
  std::string field_validation = "Strict";  // Strict, Warn, Ignore
};

struct remove_options {
  remove_options() = default;  // as above
  std::string uid{};               // only that object, not a namesake made since
  std::string resource_version{};  // only if unchanged
  std::string propagation = "Background";
};

struct client_limits {
  std::chrono::milliseconds request_timeout = std::chrono::seconds(30);
  size_t body_limit = 64 * 1024 * 1024;
  size_t page_size = 500;
  int retries_when_throttled = 3;  // 429 with Retry-After
};

struct server_sight {
  std::string version;                 // "v1.36.0"
  std::optional<wall_time> clock{};    // as its Date header says, to the second
};

// One cluster's API. Errors of every call: unavailable and timed_out (no answer, 429, 5xx), unauthenticated, forbidden
// (with the server's words), not_found, conflict (a lost race, or who owns which field), gone, invalid_input (422 and
// what the server rejects), too_large, canceled. Must outlive its calls.
class client {
 public:
  client(asio::any_io_executor executor, cluster_access access, credential_exec exec = {}, client_limits limits = {});
  ~client();
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  const std::string& context() const { return context_; }
  const std::string& name_space() const { return name_space_; }  // the context's own
  const net::endpoint& server() const { return server_; }

  task<result<std::optional<json>>> get(object_ref ref);
  task<result<json>> create(json object, write_options options = {});
  task<result<json>> replace(json object,
                             write_options options = {});  // only if metadata.resourceVersion, when given, still fits
  task<result<bool>> remove(object_ref ref, remove_options options = {});  // false: was not there
  task<result<object_list>> list(list_query query);

  // Server-side apply of `body` (YAML or JSON of one object).
  task<result<json>> apply(std::string body, object_ref ref, apply_options options = {});
  task<result<json>> merge_patch(object_ref ref, json patch, write_options options = {});

  task<result<std::string>> pod_logs(log_query query);
  // Every line as it is written, without its end; returns when the container has ended. Only ends by itself or by cancellation.
  task<result<void>> follow_logs(log_query query, std::function<void(std::string_view)> on_line);

  // How often the token was replaced since the start, as far as we have seen.
  int tokens_replaced() const { return credentials_.replaced(); }

  task<result<access_answer>> can_i(access_question question);
  task<result<access_rules>> rules_in(std::string name_space);
  task<result<std::string>> who_am_i();  // "system:serviceaccount:leadsman:leadsman-agent"
  task<result<server_sight>> look_at_server();
  task<result<std::string>> server_version();

  // The address of a kind's collection or object: "/apis/apps/v1/namespaces/shop/deployments/web". Asks discovery once
  // per group and version, and again when a kind is not known. Errors: not_found when the cluster has no such kind.
  task<result<std::string>> path_of(object_ref ref);
  task<result<resource_kind>> mapping(std::string api_version, std::string kind);

  // The layer below, for watch and for what has no method here. A non-2xx answer is an error.
  // `what` says in messages what was tried ("get Deployment shop/web").
  task<result<net::response>> call(net::request r, std::string what);
  task<result<json>> call_json(net::request r, std::string what);
  task<result<std::unique_ptr<net::body_stream>>> open_stream(net::request r, std::string what);

 private:
  task<result<net::response>> send(net::request r);
  task<result<std::shared_ptr<net::client>>> authorize(net::request& r);
  task<result<json>> write(std::string method, object_ref ref, json body, std::string content_type, write_options options,
                           std::string what);

  asio::any_io_executor executor_;
  std::string context_, name_space_;
  net::endpoint server_;
  net::tls_options tls_;
  client_limits limits_;
  credentials credentials_;
  std::shared_ptr<net::client> net_;  // shared: a call in flight keeps the one it started with
  discovery_cache discovery_;
};

}  // namespace leadsman::kube
