#include "action/client/api.hpp"

#include "action/client/backoff.hpp"
#include "sign/http_signature.hpp"
#include "wire/chart.hpp"
#include "wire/model.hpp"
#include "wire/problem.hpp"
#include "wire/request.hpp"

namespace leadsman::action {

using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr auto k_call_limit = 30s;
constexpr auto k_fetch_call_limit = 300s;  // longer than the agent waits itself
constexpr auto k_long_call_limit = 120s;  // planning renders and dry-runs; an upload takes what the line gives

net::client_options options_of(const api_settings& settings) {
  net::client_options options;
  options.tls = std::make_shared<net::tls_context>(net::tls_options{.ca_pem = settings.ca_pem});
  return options;
}

net::request with_json(std::string method, std::string target, const json& body) {
  // Text of the user may be no UTF-8; the agent says what is wrong with it.
  return {std::move(method), std::move(target), {{"Content-Type", "application/json"}},
          body.dump(-1, ' ', false, json::error_handler_t::replace)};
}

net::request for_cancel(const std::string& id, std::optional<model::on_cancel> mode, const std::string& reason) {
  json body{{"reason", reason}};
  if (mode) body["mode"] = model::word_of(model::k_on_cancel, *mode);
  return with_json("POST", "/v1/deployments/" + net::percent_encode(id) + "/cancel", body);
}

net::request for_promotion(const std::string& id, const model::promotion& asked) {
  json body = json::object();
  if (asked.to == model::promotion_target::full) body["full"] = true;
  if (asked.to == model::promotion_target::weight) body["weight"] = asked.weight;
  return with_json("POST", "/v1/deployments/" + net::percent_encode(id) + "/promote", body);
}

// Requests are made outside of the coroutines: GCC 12 destroys the pieces of an initializer list in one twice.
net::request for_events(const std::string& id, uint64_t after) {
  net::request what{"GET", "/v1/deployments/" + net::percent_encode(id) + "/events", {{"Accept", "text/event-stream"}}};
  if (after > 0) what.headers.emplace_back("Last-Event-ID", std::to_string(after));
  return what;
}

net::request with_archive(std::string target, std::string archive) {
  return {"PUT", std::move(target), {{"Content-Type", "application/octet-stream"}}, std::move(archive)};
}

bool is_worth_another_try(const result<net::response>& answer) {
  if (!answer) return answer.error().code == errc::unavailable || answer.error().code == errc::timed_out;
  return answer->status == 502 || answer->status == 503 || answer->status == 504 || answer->status == 429;
}

result<json> read_json(const net::response& answer) {
  json value = json::parse(answer.body, nullptr, false);
  if (!value.is_discarded()) return value;
  return fail(errc::unavailable, "what answered is not a Leadsman agent: its answer is not JSON", "agent");
}

template <class T>
result<T> read_answer(const json& value) {
  auto parsed = wire::parse<T>(value);
  if (!parsed) return fail(errc::internal, "the agent's answer is not understood (" + parsed.error().message + "); is it a newer version?");
  return parsed;
}

result<model::deployment> read_deployment(const json& value) { return read_answer<model::deployment>(value); }

std::string with_query(std::string path, const std::string& query) { return query.empty() ? path : path + "?" + query; }

net::request for_health(const model::release_id& release, const std::string& query, const std::optional<json>& measured) {
  const std::string target = with_query(path_of(release) + "/health", query);
  return measured ? with_json("POST", target, *measured) : net::request{"GET", target};
}

}  // namespace

net::request signed_request(net::request what, const net::endpoint& at, const sign::private_key& key, wall_time created,
                            std::string_view nonce) {
  const size_t question = what.target.find('?');
  sign::request_parts parts{what.method, net::host_header(at), at.base_path + what.target.substr(0, question),
                            question == std::string::npos ? "" : what.target.substr(question + 1), what.body};
  sign::header_list sent;
  for (const auto& [name, value] : what.headers) sent.push_back({name, value});
  for (sign::header& h : sign::sign_request(parts, key, created, nonce, sent)) {
    what.headers.emplace_back(std::move(h.name), std::move(h.value));
  }
  return what;
}

std::string path_of(const model::release_id& release) {
  return "/v1/clusters/" + net::percent_encode(release.cluster) + "/namespaces/" + net::percent_encode(release.name_space) +
         "/releases/" + net::percent_encode(release.name);
}

api::api(asio::any_io_executor executor, api_settings settings)
    : settings_(std::move(settings)), client_(executor, settings_.at, options_of(settings_)) {}

net::request api::sign(net::request what) const {
  if (!settings_.key) return what;
  return signed_request(std::move(what), settings_.at, *settings_.key, now(), sign::make_nonce());
}

task<result<net::response>> api::ask_once(net::request what, std::chrono::milliseconds limit) {
  net::request ready = sign(std::move(what));
  ready.repeatable = false;  // the nonce would be spent: a second try needs a second signature
  auto exchange = client_.exchange(std::move(ready), limit);
  co_return co_await std::move(exchange);
}

task<result<net::response>> api::ask(net::request what, std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + settings_.retry_for;
  for (int tries = 0;; ++tries) {
    auto attempt = ask_once(what, limit);
    auto answer = co_await std::move(attempt);
    const std::chrono::milliseconds delay = backoff_delay(tries, random_unit());
    if (!is_worth_another_try(answer) || std::chrono::steady_clock::now() + delay > until) {
      if (answer && answer->status >= 400) co_return fail(wire::parse_problem(answer->body, answer->status));
      co_return answer;
    }
    if (tries == 1 && settings_.on_retry) {
      const error why = answer ? wire::parse_problem(answer->body, answer->status) : answer.error();
      settings_.on_retry(why.message + "; trying again");
    }
    co_await sleep_for(delay);
  }
}

task<result<json>> api::ask_json(net::request what, std::chrono::milliseconds limit) {
  auto asked = ask(std::move(what), limit);
  LEADSMAN_CO_TRY(const net::response answer, co_await std::move(asked));
  co_return read_json(answer);
}

task<result<submitted>> api::submit(model::deployment_request request, std::string request_key) {
  const bool rollback = request.kind == model::request_kind::rollback;
  net::request what = with_json("POST", rollback ? path_of(request.release) + "/rollback" : "/v1/deployments", wire::request_json(request));
  if (!request_key.empty()) what.headers.emplace_back("Idempotency-Key", std::move(request_key));
  auto handing = hand_over(std::move(what));
  co_return co_await std::move(handing);
}

task<result<submitted>> api::retry(std::string id) {
  net::request what = with_json("POST", "/v1/deployments/" + net::percent_encode(id) + "/retry", json::object());
  auto handing = hand_over(std::move(what));
  co_return co_await std::move(handing);
}

task<result<submitted>> api::hand_over(net::request what) {
  auto asked = ask(std::move(what), k_call_limit);
  LEADSMAN_CO_TRY(const net::response answer, co_await std::move(asked));
  LEADSMAN_CO_TRY(const json body, read_json(answer));
  LEADSMAN_CO_TRY(model::deployment deployment, read_deployment(body));
  co_return submitted{std::move(deployment), answer.status == 200};
}

task<result<model::deployment>> api::find(std::string id) {
  net::request what{"GET", "/v1/deployments/" + net::percent_encode(id)};
  auto asked = ask_json(std::move(what), k_call_limit);
  LEADSMAN_CO_TRY(const json body, co_await std::move(asked));
  co_return read_deployment(body);
}

task<result<model::deployment>> api::cancel(std::string id, std::optional<model::on_cancel> mode, std::string reason,
                                            std::chrono::milliseconds limit) {
  auto asked = ask_once(for_cancel(id, mode, reason), limit);
  LEADSMAN_CO_TRY(const net::response answer, co_await std::move(asked));
  if (answer.status >= 400) co_return fail(wire::parse_problem(answer.body, answer.status));
  LEADSMAN_CO_TRY(const json value, read_json(answer));
  co_return read_deployment(value);
}

task<result<model::deployment>> api::promote(std::string id, model::promotion asked, std::chrono::milliseconds limit) {
  auto asking = ask_once(for_promotion(id, asked), limit);
  LEADSMAN_CO_TRY(const net::response answer, co_await std::move(asking));
  if (answer.status >= 400) co_return fail(wire::parse_problem(answer.body, answer.status));
  LEADSMAN_CO_TRY(const json value, read_json(answer));
  co_return read_deployment(value);
}

task<result<std::unique_ptr<net::body_stream>>> api::open_events(std::string id, uint64_t after) {
  auto opening = client_.open_stream(sign(for_events(id, after)));
  LEADSMAN_CO_TRY(auto stream, co_await std::move(opening));
  if (stream->status() == 200) co_return std::move(stream);
  auto reading = stream->read_all(64 * 1024, 5s);
  const auto body = co_await std::move(reading);
  co_return fail(wire::parse_problem(body ? *body : "", stream->status()));
}

task<result<bool>> api::has_chart(std::string digest) {
  net::request what{"HEAD", "/v1/charts/" + net::percent_encode(digest)};
  auto asked = ask(std::move(what), k_call_limit);
  const auto answer = co_await std::move(asked);
  if (answer) co_return true;
  if (answer.error().code == errc::not_found) co_return false;
  co_return fail(answer.error());
}

task<result<void>> api::put_chart(std::string digest, std::string archive) {
  net::request what = with_archive("/v1/charts/" + net::percent_encode(digest), std::move(archive));
  auto asked = ask(std::move(what), k_long_call_limit);
  LEADSMAN_CO_CHECK(co_await std::move(asked));
  co_return result<void>();
}

task<result<model::fetched_chart>> api::fetch_chart(model::chart_reference chart) {
  auto asked = ask_json(with_json("POST", "/v1/charts", wire::chart_request_json(chart)), k_fetch_call_limit);
  LEADSMAN_CO_TRY(const json answer, co_await std::move(asked));
  co_return wire::parse_fetched_chart(answer);
}

task<result<json>> api::plan(model::deployment_request request) {
  auto asked = ask_json(with_json("POST", "/v1/plan", wire::request_json(request)), k_long_call_limit);
  co_return co_await std::move(asked);
}

task<result<json>> api::status(model::release_id release) {
  net::request what{"GET", path_of(release)};
  auto asked = ask_json(std::move(what), k_call_limit);
  co_return co_await std::move(asked);
}

task<result<json>> api::history(model::release_id release) {
  net::request what{"GET", path_of(release) + "/history"};
  auto asked = ask_json(std::move(what), k_call_limit);
  co_return co_await std::move(asked);
}

task<result<wire::release_health>> api::health(model::release_id release, std::string query, std::optional<json> measured) {
  auto asked = ask_json(for_health(release, query, measured), k_long_call_limit);
  LEADSMAN_CO_TRY(const json answer, co_await std::move(asked));
  co_return read_answer<wire::release_health>(answer);
}

task<result<wire::deployment_metrics>> api::metrics(std::string id, std::string query) {
  net::request what{"GET", with_query("/v1/deployments/" + net::percent_encode(id) + "/metrics", query)};
  auto asked = ask_json(std::move(what), k_long_call_limit);
  LEADSMAN_CO_TRY(const json answer, co_await std::move(asked));
  co_return read_answer<wire::deployment_metrics>(answer);
}

task<result<wire::metric_change>> api::compare_metric(std::string id, std::string query) {
  net::request what{"GET", with_query("/v1/deployments/" + net::percent_encode(id) + "/metrics/compare", query)};
  auto asked = ask_json(std::move(what), k_long_call_limit);
  LEADSMAN_CO_TRY(const json answer, co_await std::move(asked));
  co_return read_answer<wire::metric_change>(answer);
}

task<result<wire::checks>> api::diagnose(wire::doctor_question question) {
  auto asked = ask_json(with_json("POST", "/v1/doctor", wire::question_json(question)), k_long_call_limit);
  LEADSMAN_CO_TRY(const json answer, co_await std::move(asked));
  const json checks = answer.is_object() ? answer.value("checks", json()) : json();
  auto parsed = wire::parse<wire::checks>(checks);
  if (!parsed) co_return fail(errc::internal, "the agent's answer is not understood (" + parsed.error().message + "); is it another version?");
  co_return parsed;
}

}  // namespace leadsman::action
