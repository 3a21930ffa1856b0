#include <sys/stat.h>

#include "server_fixture.hpp"

#include "http/route.hpp"

namespace leadsman::http {
namespace {

using namespace std::chrono_literals;

class Access : public server_fixture {};

std::string fill_in(std::string_view pattern, const std::string& name_space) {
  std::string path(pattern);
  const auto put = [&](std::string_view name, const std::string& value) {
    if (const size_t at = path.find(name); at != std::string::npos) path.replace(at, name.size(), value);
  };
  put("{id}", "id-in-" + name_space);
  put("{cluster}", "default");
  put("{namespace}", name_space);
  put("{release}", "web");
  put("{digest}", std::string(64, 'a'));
  return path;
}

TEST_F(Access, EveryRouteButHealthReadinessMetricsAndTheDescriptionNeedsASignature) {
  start();
  for (const route& r : routes()) {
    const std::string path = fill_in(r.pattern, "shop");
    const bool open = path == "/healthz" || path == "/readyz" || path == "/metrics" || path == "/v1/openapi.json";
    const auto got = ask(std::string(r.method) + " " + path + " HTTP/1.1\r\nHost: agent.test\r\n\r\n");
    EXPECT_EQ(got.status, open ? 200 : 401) << r.method << " " << path;
    EXPECT_EQ(got.header("WWW-Authenticate").empty(), open) << r.method << " " << path;
  }
}

TEST_F(Access, NoRouteServesAKeyThatIsForOtherReleases) {
  start();
  add_deployment("id-in-pay", "pay");
  std::string body = k_deploy_body;
  body.replace(body.find("shop"), 4, "pay");
  for (const route& r : routes()) {
    const std::string path = fill_in(r.pattern, "pay");
    // Charts belong to no release, and a list leaves out what may not be seen.
    if (!r.needs || path.starts_with("/v1/charts") || path == "/v1/deployments") continue;
    std::string sent = r.method == "POST" ? "{}" : "";
    if (path == "/v1/plan") sent = body;
    if (path == "/v1/doctor") sent = R"({"namespace":"pay"})";
    const auto got = ask_signed(r.method, path, sent);
    EXPECT_EQ(got.status, 403) << r.method << " " << path << got.body;
  }
  EXPECT_EQ(ask_signed("POST", "/v1/deployments", body).status, 403);
  EXPECT_EQ(ask_signed("POST", "/v1/doctor", R"({"deployment":)" + body + "}").status, 403);
  EXPECT_EQ(ask_signed("GET", "/v1/deployments").body, R"({"deployments":[]})");
}

TEST_F(Access, AReaderMayNotDeployRollBackCancelPlanOrUpload) {
  start();
  add_deployment("id-in-shop");
  for (const route& r : routes()) {
    if (!r.needs) continue;
    const bool is_read = *r.needs == auth::verb::read;
    std::string path = fill_in(r.pattern, "shop");
    if (path.ends_with("/events")) continue;
    if (path.ends_with("/compare")) path += "?metric=http-p99";
    const std::string body = r.method == "POST" ? "{}" : "";
    const auto got = ask_signed(r.method, path, body, {k_reader_key});
    EXPECT_EQ(got.status, is_read ? 200 : 403) << r.method << " " << path << got.body;
  }
}

TEST_F(Access, RefusesWrongReplayedLateAndUnknownSignatures) {
  start();
  const std::string once = signed_request("GET", "/v1/deployments");
  EXPECT_EQ(ask(once).status, 200);
  std::string tampered = signed_request("GET", "/v1/deployments");
  tampered.replace(tampered.find("deployments"), 11, "deployments?limit=5");
  const std::vector<std::pair<std::string, std::string>> cases{
      {once, "has been used before"},
      {tampered, "the signature is wrong"},
      {signed_request("GET", "/v1/deployments", "", {.clock_off = -2min}), "behind"},
      {signed_request("GET", "/v1/deployments", "", {.clock_off = 2min}), "ahead"},
      {signed_request("GET", "/v1/deployments", "", {sign::private_key::from_seed({7})}), "is not known here"},
  };
  for (const auto& [bytes, words] : cases) {
    const auto got = ask(bytes);
    EXPECT_EQ(got.status, 401) << words;
    EXPECT_NE(got.body.find(words), std::string::npos) << got.body;
    EXPECT_FALSE(got.header("Date").empty()) << "a caller with a wrong clock needs ours";
  }
}

TEST_F(Access, AChangedBodyHasNoEffect) {
  start();
  std::string bytes = signed_request("POST", "/v1/deployments", k_deploy_body);
  bytes.replace(bytes.rfind("production"), 10, "productioN");
  EXPECT_EQ(ask(bytes).status, 401);
  EXPECT_EQ(ask_signed("GET", "/v1/deployments").body, R"({"deployments":[]})");
}

TEST_F(Access, WhatAKeyMayReachGoesWithItsRequestAndNobodyCanSayIt) {
  start();
  EXPECT_EQ(ask_signed("POST", "/v1/deployments", k_deploy_body).status, 201);
  EXPECT_EQ(ask_signed("POST", "/v1/plan", k_deploy_body).status, 200);
  EXPECT_EQ(ask_signed("POST", "/v1/clusters/default/namespaces/shop/releases/web/rollback", "{}").status, 201);
  on_thread([&] {
    ASSERT_EQ(service.asked.size(), 3u);
    for (const auto& r : service.asked) EXPECT_EQ(r.reach, (model::reach{{"shop"}, false}));
  });
  std::string body = k_deploy_body;
  body.insert(1, R"("reach":{"namespaces":["*"],"cluster_scoped":true},)");
  const auto got = ask_signed("POST", "/v1/deployments", body);
  EXPECT_EQ(got.status, 400);
  EXPECT_EQ(problem_of(got)["field"], "reach");
}

TEST_F(Access, SomebodyUnknownIsRefusedWithoutBeingAskedForTheBody) {
  start();
  raw_client client(address);
  client.send("PUT /v1/charts/" + std::string(64, 'a') +
              " HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Type: application/gzip\r\nContent-Length: 1000000\r\n\r\n");
  const auto got = client.receive();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 401);
}

TEST_F(Access, TheAgentsOwnUserNeedsNoSignatureOnTheSocket) {
  const std::string folder = testing::TempDir() + "leadsman-access-" + std::to_string(::getpid());
  server_options options = default_options();
  options.listen = {{"", 0, folder + "/agent.sock"}};
  start(options);
  struct stat found {};
  ASSERT_EQ(::stat((folder + "/agent.sock").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  ASSERT_EQ(::stat(folder.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0700u);
  EXPECT_EQ(ask("GET /v1/deployments HTTP/1.1\r\nHost: localhost\r\n\r\n").status, 200);
  const auto created = ask("POST /v1/deployments HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
                           std::to_string(k_deploy_body.size()) + "\r\n\r\n" + k_deploy_body);
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(nlohmann::json::parse(created.body)["principal"], "local");
  on_thread([&] { EXPECT_EQ(service.asked.at(0).reach, model::unlimited_reach()); });
  stop();
  EXPECT_NE(::stat((folder + "/agent.sock").c_str(), &found), 0) << "the socket goes with the server";
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace leadsman::http
