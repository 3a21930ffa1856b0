#include <fstream>
#include <set>
#include <sstream>

#include "document/yaml.hpp"
#include "http/route.hpp"
#include "server_fixture.hpp"
#include "support/json_schema.hpp"
#include "wire/chart.hpp"
#include "wire/check.hpp"
#include "wire/doctor.hpp"
#include "wire/events.hpp"
#include "wire/gate.hpp"
#include "wire/health.hpp"
#include "wire/model.hpp"
#include "wire/request.hpp"

namespace leadsman::http {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

const json& api_document() {
  static const json document = [] {
    std::ifstream file("docs/openapi.yaml");
    std::stringstream text;
    text << file.rdbuf();
    const auto parsed = document::parse_yaml(text.str(), "openapi.yaml");
    if (!parsed) throw std::runtime_error(parsed.error().message);
    return parsed->value;
  }();
  return document;
}

const json& schema_of(const std::string& name) { return api_document()["components"]["schemas"].at(name); }

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

const json& operation_of(const route& r) { return api_document()["paths"].at(std::string(r.pattern)).at(lower(r.method)); }

TEST(OpenApi, DescribesEveryRouteAndNoOther) {
  std::set<std::string> described;
  for (const auto& [path, item] : api_document()["paths"].items()) {
    for (const auto& [method, operation] : item.items()) {
      if (method != "parameters") described.insert(method + " " + path);
    }
  }
  std::set<std::string> served;
  for (const route& r : routes()) served.insert(lower(r.method) + " " + std::string(r.pattern));
  EXPECT_EQ(described, served);
}

TEST(OpenApi, NamesThePermissionAndTheBodyOfEveryRoute) {
  for (const route& r : routes()) {
    const json& operation = operation_of(r);
    const std::string name = std::string(r.method) + " " + std::string(r.pattern);
    EXPECT_EQ(operation.value("x-may", ""), r.needs ? model::word_of(auth::k_verb, *r.needs) : "") << name;
    EXPECT_EQ(operation.contains("security"), !r.needs) << name;
    const json content = operation.value(json::json_pointer("/requestBody/content"), json::object());
    EXPECT_EQ(content.contains("application/json"), r.body == payload::json) << name;
    EXPECT_EQ(content.contains("application/octet-stream"), r.body == payload::archive) << name;
  }
}

struct words_case {
  const char* schema;
  const char* pointer;
  std::vector<std::string> words;
};

template <class Table>
std::vector<std::string> words_of(const Table& table) {
  std::vector<std::string> words;
  for (const auto& [text, value] : table) words.emplace_back(text);
  return words;
}

TEST(OpenApi, KnowsEveryWordOfTheModel) {
  using namespace model;
  const std::vector<words_case> cases{
      {"Phase", "/enum", words_of(k_phase)},
      {"RollbackOutcome", "/enum", words_of(k_rollback_outcome)},
      {"StepKind", "/enum", words_of(k_step_kind)},
      {"StepStatus", "/enum", words_of(k_step_status)},
      {"WeightChange", "/properties/stage/enum", words_of(wire::k_weight_stage)},
      {"EventKind", "/enum", words_of(k_event_kind)},
      {"Deployment", "/properties/kind/enum", words_of(k_request_kind)},
      {"CancelRequest", "/properties/mode/enum", words_of(k_on_cancel)},
      {"Deployment", "/properties/promote/properties/to/enum", words_of(k_promotion_target)},
      {"Check", "/properties/verdict/enum", words_of(wire::k_verdict)},
      {"Policy", "/properties/on-failure/enum", words_of(k_on_failure)},
      {"Policy", "/properties/on-first-failure/enum", words_of(k_on_first_failure)},
      {"Policy", "/properties/without-way-back/enum", words_of(k_without_way_back)},
      {"Policy", "/properties/on-cancel/enum", words_of(k_on_cancel)},
      {"Policy", "/properties/when-busy/enum", words_of(k_when_busy)},
      {"Policy", "/properties/tests/enum", words_of(k_tests)},
      {"Policy", "/properties/stuck-release/enum", words_of(k_stuck_release)},
      {"Policy", "/properties/wait/enum", words_of(k_wait_strategy)},
      {"Policy", "/properties/server-side/enum", words_of(k_server_side)},
  };
  for (const words_case& c : cases) {
    EXPECT_EQ(schema_of(c.schema).at(json::json_pointer(c.pointer)).get<std::vector<std::string>>(), c.words) << c.schema << c.pointer;
  }
}

model::deployment_request full_request() {
  model::deployment_request r;
  r.release = {"default", "shop", "web"};
  r.chart = {std::string(64, 'a'), "web", "1.0.0", "charts/web"};
  r.values = {{"values.yaml", "a: 1\n"}};
  r.set = {"a=b"};
  r.set_string = {"c=d"};
  r.measured.metrics = model::metric_source{"prometheus", "{}"};
  r.measured.service = "web";
  r.measured.gates = {model::health_gate{}};
  r.canary.emplace().router = {"gateway-api", R"({"route":"web","service":"web"})", "web", ""};
  r.canary->steps = {{50, std::chrono::milliseconds(0), {}, {}}};
  return r;
}

model::deployment full_deployment() {
  model::deployment d;
  d.id = "d1";
  d.release = {"default", "shop", "web"};
  d.plan = R"({"steps":[]})";
  d.steps.emplace_back().ended_at = wall_time(1s);
  d.cancel = model::cancel_request{};
  d.promote = model::promotion{};
  d.state.revision = 2;
  return d;
}

template <class T>
json sample_list(T filled) {
  return json::array({std::move(filled)});
}

TEST(OpenApi, SchemasAndWireTypesAgreeInBothDirections) {
  model::deployment_request rollback;
  rollback.kind = model::request_kind::rollback;
  rollback.revision = 3;
  json progress = wire::workload_progress{};
  progress["pods"] = sample_list<json>(wire::pod_progress{});
  json pod = wire::pod_evidence{};
  pod["containers"] = sample_list<json>(wire::container_evidence{});
  json workload = wire::workload_evidence{};
  workload["pods"] = sample_list(pod);
  workload["events"] = sample_list<json>(wire::cluster_event{});
  json evidence = wire::evidence{};
  evidence["workloads"] = sample_list(workload);
  json proof = wire::proof{};
  proof["checks"] = sample_list<json>(wire::proof_check{});
  json metrics = wire::deployment_metrics{};
  metrics["canary"] = wire::side_metrics{};
  wire::analysis_verdict verdict;
  verdict.gates.emplace_back();
  metrics["measurements"] = sample_list<json>(wire::told_measurement{});
  metrics["verdicts"] = sample_list<json>(wire::told_verdict{"", 5, verdict});
  json health = wire::release_health{};
  health["checks"] = sample_list<json>(wire::health_check{});
  json measured = json::object();
  wire::add_measured_release(measured, full_request().measured);
  json question = wire::question_json({});
  question["deployment"] = wire::request_json(full_request());
  const std::vector<std::pair<const char*, json>> samples{
      {"DeploymentRequest", wire::request_json(full_request())}, {"RollbackRequest", wire::request_json(rollback)},
      {"Deployment", full_deployment()}, {"Event", model::event{1, wall_time(1s), model::event_kind::log, "x", "{}"}},
      {"ChartRequest", wire::chart_request_json({model::chart_place::repository, "https://h", "shop", "1.2.3", ""})},
      {"FetchedChart", wire::fetched_chart_json({std::string(64, 'a'), "shop", "1.2.3", "sha256:b"})},
      {"Problem", json{{"status", 400}, {"title", "x"}, {"detail", "y"}, {"field", "z"}}},
      {"StepChange", wire::step_change{}}, {"WeightChange", wire::weight_change{}}, {"PhaseChange", wire::phase_change{}}, {"WorkloadProgress", progress},
      {"LogLines", wire::log_lines{}}, {"Holder", wire::holder{}}, {"Evidence", evidence}, {"Proof", proof}, {"Finished", wire::finished{}},
      {"Check", wire::check{}}, {"DoctorQuestion", question}, {"DeploymentMetrics", metrics}, {"ReleaseHealth", health},
      {"MetricChange", wire::metric_change{}}, {"MeasuredRelease", measured},
  };
  const test::json_schema checker(api_document());
  for (const auto& [name, sample] : samples) {
    EXPECT_EQ(checker.check(schema_of(name), sample), std::vector<std::string>()) << name;
    EXPECT_EQ(checker.missing(schema_of(name), sample), std::vector<std::string>()) << name;
  }
}

class OpenApiAnswers : public server_fixture {
 protected:
  // The schema of what came, from the documented status or else from `default`; null when it has no body.
  json documented(const json& operation, const raw_response& got) {
    const test::json_schema resolver(api_document());
    const json& all = operation["responses"];
    const std::string status = std::to_string(got.status);
    const json& one = resolver.resolve(all.contains(status) ? all[status] : all["default"]);
    EXPECT_TRUE(all.contains(status) || got.status >= 400) << status << " is not documented";
    if (!one.contains("content")) return nullptr;
    const std::string type = got.header("Content-Type");
    EXPECT_TRUE(one["content"].contains(type.substr(0, type.find(';')))) << type << " is not documented for " << status;
    return one["content"].front()["schema"];
  }

  void expect_as_documented(const std::string& method, const std::string& pattern, const raw_response& got, int status) {
    const json& operation = api_document()["paths"].at(pattern).at(lower(method));
    EXPECT_EQ(got.status, status) << method << " " << pattern << got.body;
    const json schema = documented(operation, got);
    const std::string type = got.header("Content-Type");
    if (schema.is_null() || type.find("json") == std::string::npos) return;
    const json body = json::parse(got.body, nullptr, false);
    EXPECT_EQ(test::json_schema(api_document()).check(schema, body), std::vector<std::string>()) << method << " " << pattern << got.body;
  }
};

struct answer_case {
  const char* method;
  const char* pattern;
  std::string target;
  std::string body;
  int status;
};

TEST_F(OpenApiAnswers, AreWhatTheDocumentSays) {
  start();
  on_thread([&] { service.add(full_deployment()); });
  const std::string release = "/v1/clusters/{cluster}/namespaces/{namespace}/releases/{release}";
  const std::string history = release + "/history";
  const std::string rollback = release + "/rollback";
  const std::string health = release + "/health";
  const std::string web = "/v1/clusters/default/namespaces/shop/releases/web";
  const std::string digest(64, 'a');
  const std::vector<answer_case> cases{
      {"POST", "/v1/deployments", "/v1/deployments", k_deploy_body, 201},
      {"POST", "/v1/deployments", "/v1/deployments", "{}", 400},
      {"GET", "/v1/deployments", "/v1/deployments?limit=1", "", 200},
      {"GET", "/v1/deployments", "/v1/deployments?limt=1", "", 400},
      {"GET", "/v1/deployments/{id}", "/v1/deployments/d1", "", 200},
      {"GET", "/v1/deployments/{id}", "/v1/deployments/none", "", 404},
      {"POST", "/v1/deployments/{id}/cancel", "/v1/deployments/d1/cancel", R"({"mode":"pause","reason":"x"})", 202},
      {"POST", "/v1/deployments/{id}/cancel", "/v1/deployments/d1/cancel", R"({"mode":"stop"})", 400},
      {"POST", "/v1/deployments/{id}/promote", "/v1/deployments/d1/promote", R"({"weight":50})", 202},
      {"POST", "/v1/deployments/{id}/promote", "/v1/deployments/d1/promote", R"({"weight":150})", 400},
      {"POST", "/v1/deployments/{id}/promote", "/v1/deployments/d1/promote", R"({"weight":50,"full":true})", 400},
      {"POST", "/v1/deployments/{id}/promote", "/v1/deployments/none/promote", "{}", 404},
      {"POST", "/v1/deployments/{id}/retry", "/v1/deployments/d1/retry", "{}", 201},
      {"POST", "/v1/deployments/{id}/retry", "/v1/deployments/d1/retry", "", 201},
      {"POST", "/v1/deployments/{id}/retry", "/v1/deployments/d1/retry", R"({"weight":5})", 400},
      {"POST", "/v1/deployments/{id}/retry", "/v1/deployments/none/retry", "{}", 404},
      {"GET", release.c_str(), web, "", 200},
      {"GET", release.c_str(), "/v1/clusters/default/namespaces/shop/releases/unknown", "", 404},
      {"GET", history.c_str(), web + "/history", "", 200},
      {"GET", "/v1/deployments/{id}/metrics", "/v1/deployments/d1/metrics?window=5m&from=envoy", "", 200},
      {"GET", "/v1/deployments/{id}/metrics", "/v1/deployments/d1/metrics?window=5", "", 400},
      {"GET", "/v1/deployments/{id}/metrics", "/v1/deployments/none/metrics", "", 404},
      {"GET", "/v1/deployments/{id}/metrics/compare", "/v1/deployments/d1/metrics/compare?metric=http-p99&window=90s", "", 200},
      {"GET", "/v1/deployments/{id}/metrics/compare", "/v1/deployments/d1/metrics/compare", "", 400},
      {"GET", health.c_str(), web + "/health?from=app", "", 200},
      {"GET", health.c_str(), web + "/health?from=nginx", "", 400},
      {"GET", health.c_str(), "/v1/clusters/default/namespaces/shop/releases/unknown/health", "", 404},
      {"POST", health.c_str(), web + "/health?window=2m", R"({"metrics":{"prometheus":{}},"gates":["health"]})", 200},
      {"POST", health.c_str(), web + "/health", R"({"metrics":{"prometheus":{}},"gates":["helth"]})", 400},
      {"POST", rollback.c_str(), web + "/rollback", R"({"revision":2,"reason":"x"})", 201},
      {"HEAD", "/v1/charts/{digest}", "/v1/charts/" + digest, "", 404},
      {"PUT", "/v1/charts/{digest}", "/v1/charts/" + digest, "archive", 201},
      {"PUT", "/v1/charts/{digest}", "/v1/charts/" + digest, "archive", 204},
      {"HEAD", "/v1/charts/{digest}", "/v1/charts/" + digest, "", 200},
      {"PUT", "/v1/charts/{digest}", "/v1/charts/short", "archive", 400},
      {"POST", "/v1/charts", "/v1/charts", R"({"chart":"oci://h/shop:1.2.3"})", 200},
      {"POST", "/v1/charts", "/v1/charts", R"({"chart":"shop@1.2.3","repo":"https://h"})", 200},
      {"POST", "/v1/charts", "/v1/charts", R"({"chart":"oci://h/shop"})", 400},
      {"POST", "/v1/plan", "/v1/plan", k_deploy_body, 200},
      {"POST", "/v1/doctor", "/v1/doctor", R"({"namespace":"shop"})", 200},
      {"POST", "/v1/doctor", "/v1/doctor", R"({"deployment":)" + std::string(k_deploy_body) + "}", 200},
      {"POST", "/v1/doctor", "/v1/doctor", R"({"namespce":"shop"})", 400},
      {"GET", "/v1/openapi.json", "/v1/openapi.json", "", 200},
      {"GET", "/healthz", "/healthz", "", 200},
      {"GET", "/readyz", "/readyz", "", 200},
      {"GET", "/metrics", "/metrics", "", 200},
  };
  for (const answer_case& c : cases) {
    const bool is_chart = std::string_view(c.method) == "PUT";
    const auto got = ask_signed(c.method, c.target, c.body, {}, is_chart ? "Content-Type: application/gzip\r\n" : "");
    expect_as_documented(c.method, c.pattern, got, c.status);
  }
  on_thread([&] { service.not_ready = {"no helm"}; });
  expect_as_documented("GET", "/readyz", ask_signed("GET", "/readyz"), 503);
}

TEST_F(OpenApiAnswers, TheAgentServesTheDocumentToEverybody) {
  start();
  const auto got = ask("GET /v1/openapi.json HTTP/1.1\r\nHost: agent.test\r\n\r\n");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.header("Content-Type"), "application/json");
  EXPECT_EQ(json::parse(got.body, nullptr, false), api_document());
}

TEST_F(OpenApiAnswers, AcceptEveryQueryParameterThatIsDocumented) {
  start();
  const test::json_schema resolver(api_document());
  int seen = 0;
  for (const route& r : routes()) {
    if (r.method != "GET" || std::string_view(r.pattern).find('{') != std::string_view::npos) continue;
    std::string query;
    for (const json& reference : operation_of(r).value("parameters", json::array())) {
      const json& parameter = resolver.resolve(reference);
      if (parameter["in"] != "query") continue;
      const json& example = parameter.at("example");
      query += (query.empty() ? "?" : "&") + parameter["name"].get<std::string>() + "=" + (example.is_string() ? example.get<std::string>() : example.dump());
      ++seen;
    }
    EXPECT_EQ(ask_signed("GET", std::string(r.pattern) + query).status, 200) << r.pattern << query;
  }
  EXPECT_GE(seen, 5);
}

}  // namespace
}  // namespace leadsman::http
