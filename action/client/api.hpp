#pragma once

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "model/chart_reference.hpp"
#include "model/deployment.hpp"
#include "net/client.hpp"
#include "sign/key.hpp"
#include "wire/check.hpp"
#include "wire/doctor.hpp"
#include "wire/health.hpp"

namespace leadsman::action {

struct api_settings {
  net::endpoint at;
  std::optional<sign::private_key> key{};   // absent only towards a Unix socket
  std::string ca_pem{};
  std::chrono::milliseconds retry_for = std::chrono::seconds(20);  // while the agent does not answer
  std::function<void(const std::string&)> on_retry{};              // said once, when the first try failed
};

struct submitted {
  model::deployment deployment;
  bool attached = false;  // the agent knew this request already
};

// The agent's API as typed calls. Each try is signed anew. What an agent answers as a problem comes back as its error;
// no answer within the time is unavailable or timed_out.
class api {
 public:
  api(asio::any_io_executor executor, api_settings settings);

  const net::endpoint& at() const { return client_.at(); }

  // `request_key` (may be empty) makes a request outside a workflow run repeatable.
  task<result<submitted>> submit(model::deployment_request request, std::string request_key);
  task<result<model::deployment>> find(std::string id);
  // One try within `limit`: there is little time when this is called.
  task<result<model::deployment>> cancel(std::string id, std::optional<model::on_cancel> mode, std::string reason,
                                         std::chrono::milliseconds limit);
  // `asked.by` is the agent's to say. One try.
  task<result<model::deployment>> promote(std::string id, model::promotion asked, std::chrono::milliseconds limit);
  // The same request as that deployment's, which ended badly, as a new one.
  task<result<submitted>> retry(std::string id);
  task<result<std::unique_ptr<net::body_stream>>> open_events(std::string id, uint64_t after);

  task<result<bool>> has_chart(std::string digest);
  task<result<void>> put_chart(std::string digest, std::string archive);
  // Has the agent fetch it, which may take minutes.
  task<result<model::fetched_chart>> fetch_chart(model::chart_reference chart);
  task<result<nlohmann::json>> plan(model::deployment_request request);
  task<result<nlohmann::json>> status(model::release_id release);
  task<result<nlohmann::json>> history(model::release_id release);
  // `query` is what follows the '?', may be empty. With `measured` (wire::read_measured_release), that is looked at.
  task<result<wire::release_health>> health(model::release_id release, std::string query, std::optional<nlohmann::json> measured);
  task<result<wire::deployment_metrics>> metrics(std::string id, std::string query);
  task<result<wire::metric_change>> compare_metric(std::string id, std::string query);
  task<result<wire::checks>> diagnose(wire::doctor_question question);

 private:
  task<result<net::response>> ask(net::request what, std::chrono::milliseconds limit);
  task<result<net::response>> ask_once(net::request what, std::chrono::milliseconds limit);
  task<result<submitted>> hand_over(net::request what);
  task<result<nlohmann::json>> ask_json(net::request what, std::chrono::milliseconds limit);
  net::request sign(net::request what) const;

  api_settings settings_;
  net::client client_;
};

// Adds the signature's headers, which cover what decides what the request does, Idempotency-Key included. Pure: time and nonce are parameters.
net::request signed_request(net::request what, const net::endpoint& at, const sign::private_key& key, wall_time created,
                            std::string_view nonce);

std::string path_of(const model::release_id& release);  // "/v1/clusters/…/namespaces/…/releases/…"

}  // namespace leadsman::action
