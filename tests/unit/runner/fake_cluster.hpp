#pragma once

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cctype>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "document/yaml.hpp"
#include "kube/client.hpp"
#include "support/scripted_server.hpp"

namespace leadsman::runner {

// An API server in memory: a handful of kinds, resource versions, selectors by labels, watches, merge patches and
// server-side apply (as a merge).
class fake_cluster {
 public:
  using json = nlohmann::json;

  explicit fake_cluster(asio::io_context& io) : io_(io) {}

  std::unique_ptr<kube::client> connect() {
    kube::cluster_access access{.context = "test", .server = net::parse_endpoint(server_.url()).value(), .name_space = "shop"};
    access.token = "t";
    return std::make_unique<kube::client>(io_.get_executor(), access);
  }

  // What somebody else wrote or removed.
  void put(json object) {
    const std::string path = path_of(object);
    store(path, std::move(object));
  }
  void remove(const std::string& path) {
    const auto at = objects_.find(path);
    if (at == objects_.end()) return;
    log_.push_back({++version_, "DELETED", path, std::move(at->second)});
    objects_.erase(at);
  }
  const json& object(const std::string& path) const { return objects_.at(path); }
  bool has(const std::string& path) const { return objects_.contains(path); }
  int watches() const { return watches_; }  // so many have begun
  const std::vector<std::string>& asked() const { return asked_; }  // path and query of every request

  // Asked before each request; what it gives is the answer.
  using say_first = std::function<std::optional<std::string>(const std::string& method, const std::string& path)>;
  say_first first = [](const auto&, const auto&) { return std::nullopt; };
  // What a dry run of server-side apply gives; by default the live object with `body` merged into it.
  std::function<json(const json& live, const json& body)> applied = [](json live, const json& body) {
    live.merge_patch(body);
    return live;
  };

  static std::string failure(int code, const std::string& message) {
    return test::http_answer(code, json{{"kind", "Status"}, {"status", "Failure"}, {"message", message}, {"code", code}}.dump());
  }
  static std::string ok(const json& body) { return test::http_answer(200, body.dump()); }

 private:
  static constexpr std::pair<const char*, const char*> k_kinds[]{
      {"/api/v1", "Namespace"}, {"/api/v1", "Secret"}, {"/api/v1", "ConfigMap"}, {"/api/v1", "Service"}, {"/api/v1", "Pod"}, {"/api/v1", "Event"}, {"/apis/apps/v1", "Deployment"}, {"/apis/apps/v1", "ReplicaSet"}, {"/apis/batch/v1", "Job"}, {"/apis/coordination.k8s.io/v1", "Lease"}, {"/apis/discovery.k8s.io/v1", "EndpointSlice"}};

  struct written {
    int version;
    std::string what;
    std::string path;
    json object;
  };

  static std::string plural_of(std::string kind) {
    std::ranges::transform(kind, kind.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return kind + "s";
  }

  static std::string path_of(const json& object) {
    const std::string version = object.at("apiVersion"), kind = object.at("kind");
    const std::string root = (version.find('/') == std::string::npos ? "/api/" : "/apis/") + version;
    const std::string within = object["metadata"].contains("namespace") ? "/namespaces/" + object["metadata"]["namespace"].get<std::string>() : "";
    return root + within + "/" + plural_of(kind) + "/" + object["metadata"]["name"].get<std::string>();
  }

  std::string store(const std::string& path, json object) {
    object["metadata"]["resourceVersion"] = std::to_string(++version_);
    log_.push_back({version_, has(path) ? "MODIFIED" : "ADDED", path, object});
    objects_[path] = std::move(object);
    return ok(objects_[path]);
  }

  test::scripted_answer answer(const std::string& request) {
    const std::string line = request.substr(0, request.find("\r\n"));
    const size_t space = line.find(' ');
    const std::string method = line.substr(0, space);
    const std::string target = line.substr(space + 1, line.rfind(' ') - space - 1);
    const std::string path = target.substr(0, target.find('?'));
    asked_.push_back(target);
    if (auto said = first(method, path)) return {{*said}};
    if (target.find("watch=true") != std::string::npos) return watch(path + "/", parameter(target, "resourceVersion"));
    const std::string body = request.substr(request.find("\r\n\r\n") + 4);
    return {{method == "GET" ? read(path, target) : write(method, path, target, document::parse_yaml(body, "body").value().value)}};
  }

  std::string write(const std::string& method, const std::string& path, const std::string& target, const json& sent) {
    const bool dry = target.find("dryRun=All") != std::string::npos;
    if (path.ends_with("reviews")) return ok({{"status", everything_is_allowed()}});
    if (method == "POST") return create(sent);
    if (!has(path) && !parameter(target, "fieldValidation").empty()) return dry ? ok(sent) : store(path, sent);  // applied
    if (!has(path)) return failure(404, path + " not found");
    const std::string precondition = kube::text_at(sent, "/metadata/resourceVersion");
    if (!precondition.empty() && precondition != objects_[path]["metadata"]["resourceVersion"]) return failure(409, "the object has been modified");
    if (method == "PUT") return store(path, sent);
    const json next = applied(objects_[path], sent);
    return dry ? ok(next) : store(path, next);
  }

  // The answer to reviews of access, of rules and of oneself.
  static json everything_is_allowed() {
    const json all = json::array({"*"});
    const json rule{{"verbs", all}, {"apiGroups", all}, {"resources", all}};
    return {{"allowed", true}, {"resourceRules", json::array({rule})}, {"incomplete", false}, {"userInfo", {{"username", "agent"}}}};
  }

  std::string create(const json& sent) {
    const std::string path = path_of(sent);
    return has(path) ? failure(409, path + " already exists") : store(path, sent);
  }

  std::string read(const std::string& path, const std::string& target) {
    if (has(path)) return ok(objects_[path]);
    if (path == "/version") return ok({{"gitVersion", "v1.36.0"}});
    json kinds = json::array();
    for (const auto& [root, kind] : k_kinds) {
      if (path == root) kinds.push_back({{"name", plural_of(kind)}, {"kind", kind}, {"namespaced", std::string(kind) != "Namespace"}});
      if (path.ends_with("/" + plural_of(kind))) return list(path + "/", target);
    }
    return kinds.empty() ? failure(404, path + " not found") : ok({{"kind", "APIResourceList"}, {"resources", kinds}});
  }

  std::string list(const std::string& below, const std::string& target) {
    const std::string selector = parameter(target, "labelSelector");
    json items = json::array();
    for (const auto& [path, object] : objects_) {
      if (path.starts_with(below) && is_selected(object, selector)) items.push_back(object);
    }
    return ok({{"kind", "List"}, {"metadata", {{"resourceVersion", std::to_string(version_)}}}, {"items", items}});
  }

  // Every change since, and every one to come.
  test::scripted_answer watch(const std::string& below, const std::string& since) {
    ++watches_;
    test::scripted_answer lasting{{test::k_chunked_head}};
    lasting.more = [this, below, seen = std::atoi(since.c_str())]() mutable {
      std::string lines;
      for (const written& w : log_) {
        if (w.version <= seen || !w.path.starts_with(below)) continue;
        lines += test::http_chunk(json{{"type", w.what}, {"object", w.object}}.dump() + "\n");
      }
      seen = version_;
      return lines;
    };
    return lasting;
  }

  static bool is_selected(const json& object, const std::string& selector) {
    return selector.empty() || std::ranges::all_of(split(selector, ','), [&](std::string_view term) {
             const size_t equals = term.find('=');
             return kube::label_of(object, term.substr(0, equals)) == term.substr(equals + 1);
           });
  }

  static std::string parameter(const std::string& target, const std::string& name) {
    const size_t query = target.find('?');
    if (query == std::string::npos) return "";
    for (const std::string_view pair : split(std::string_view(target).substr(query + 1), '&')) {
      if (pair.starts_with(name + "=")) return decoded(pair.substr(name.size() + 1));
    }
    return "";
  }

  static std::string decoded(std::string_view text) {
    std::string plain;
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '%') plain += text[i];
      else plain += static_cast<char>(std::stoi(std::string(text.substr(std::exchange(i, i + 2) + 1, 2)), nullptr, 16));
    }
    return plain;
  }

  asio::io_context& io_;
  std::map<std::string, json> objects_;
  std::vector<written> log_;
  int version_ = 0;
  int watches_ = 0;
  std::vector<std::string> asked_;
  test::scripted_server server_{io_, [this](const std::string& request) { return answer(request); }};
};

// Runs a coroutine to its end, and whatever else goes on meanwhile.
template <class T>
T run_on(asio::io_context& io, task<T> work) {
  std::optional<T> came;
  test::run_until_done(io, [&]() -> task<void> { came = co_await std::move(work); });
  return std::move(*came);
}

}  // namespace leadsman::runner
