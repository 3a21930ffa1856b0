#include "server_fixture.hpp"

#include "http/query.hpp"

namespace leadsman::http {
namespace {

using nlohmann::json;

class Handlers : public server_fixture {};

const std::string k_web = "/v1/clusters/default/namespaces/shop/releases/web";

TEST_F(Handlers, ANewDeploymentSaysWhereItIsAndWhoAskedForIt) {
  start();
  const auto got = ask_signed("POST", "/v1/deployments", k_deploy_body);
  ASSERT_EQ(got.status, 201) << got.body;
  const json body = json::parse(got.body);
  EXPECT_EQ(got.header("Location"), "/v1/deployments/" + body["id"].get<std::string>());
  EXPECT_EQ(body["principal"], "key:ci");
  EXPECT_EQ(ask_signed("GET", got.header("Location")).status, 200);
}

TEST_F(Handlers, TheSameKeyAttachesAndWithOtherContentConflicts) {
  start();
  const std::string key = "Idempotency-Key: k1\r\n";
  const auto first = ask_signed("POST", "/v1/deployments", k_deploy_body, {}, key);
  const auto again = ask_signed("POST", "/v1/deployments", k_deploy_body, {}, key);
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.header("Location"), first.header("Location"));
  // Added on the way: what is signed does not cover it.
  std::string changed = signed_request("POST", "/v1/deployments", k_deploy_body);
  changed.insert(changed.find("\r\n") + 2, key);
  const auto uncovered = ask(changed);
  EXPECT_EQ(uncovered.status, 400);
  EXPECT_NE(problem_of(uncovered)["detail"].get<std::string>().find("does not cover \"idempotency-key\""), std::string::npos);
  std::string other = k_deploy_body;
  other.replace(other.find("aaaa"), 4, "bbbb");
  const auto conflict = ask_signed("POST", "/v1/deployments", other, {}, key);
  EXPECT_EQ(conflict.status, 409);
  EXPECT_NE(problem_of(conflict)["detail"].get<std::string>().find("same key and other content"), std::string::npos);
  EXPECT_EQ(ask_signed("POST", "/v1/deployments", k_deploy_body, {}, "Idempotency-Key: " + std::string(201, 'x') + "\r\n").status, 400);
}

TEST_F(Handlers, CancelCarriesModeReasonAndWhoAsked) {
  start();
  add_deployment("d1");
  const auto got = ask_signed("POST", "/v1/deployments/d1/cancel", R"({"mode":"pause","reason":"wrong branch"})");
  ASSERT_EQ(got.status, 202);
  EXPECT_EQ(json::parse(got.body)["cancel"], (json{{"mode", "pause"}, {"by", "key:ci"}, {"reason", "wrong branch"}}));
  on_thread([&] { service.end("d1"); });
  EXPECT_EQ(ask_signed("POST", "/v1/deployments/d1/cancel").status, 409);
}

TEST_F(Handlers, ARollbackIsADeploymentOfItsOwn) {
  start();
  const auto got = ask_signed("POST", k_web + "/rollback", R"({"revision":3,"reason":"errors"})");
  ASSERT_EQ(got.status, 201) << got.body;
  const json body = json::parse(got.body);
  EXPECT_EQ(body["kind"], "rollback");
  EXPECT_EQ(body["asked_revision"], 3);
  EXPECT_EQ(body["asked_reason"], "errors");
}

TEST_F(Handlers, AListIsOfOneReleaseOrOfAllThatMayBeSeen) {
  start();
  add_deployment("in-shop");
  add_deployment("in-pay", "pay");
  const json all = json::parse(ask_signed("GET", "/v1/deployments").body)["deployments"];
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0]["id"], "in-shop");
  EXPECT_EQ(json::parse(ask_signed("GET", "/v1/deployments?namespace=shop&release=other").body)["deployments"].size(), 0u);
  EXPECT_EQ(problem_of(ask_signed("GET", "/v1/deployments?namespace=shop"))["field"], "release");
}

TEST_F(Handlers, NamesThatKubernetesWouldRefuseAreRefusedFirst) {
  start();
  EXPECT_EQ(problem_of(ask_signed("GET", "/v1/clusters/default/namespaces/Shop/releases/web"))["field"], "namespace");
  EXPECT_EQ(ask_signed("GET", "/v1/clusters/default/namespaces/..%2f..%2fx/releases/web").status, 404);
  EXPECT_EQ(ask_signed("GET", "/v1/clusters/default/namespaces/%00/releases/web").status, 404);
}

TEST_F(Handlers, AChartIsUploadedOnce) {
  start();
  const std::string target = "/v1/charts/" + std::string(64, '0');
  EXPECT_EQ(ask_signed("HEAD", target).status, 404);
  const auto upload = [&](std::string_view bytes) { return ask_signed("PUT", target, bytes, {}, "Content-Type: application/octet-stream\r\n").status; };
  EXPECT_EQ(upload(std::string(1'000'000, 'x')), 201);
  EXPECT_EQ(upload("x"), 204);
  EXPECT_EQ(ask_signed("HEAD", target).status, 200);
}

struct query_case {
  const char* query;
  const char* field;
  const char* message;
};

TEST(QueryReader, SaysWhichParameterIsWrong) {
  const std::vector<query_case> cases{
      {"limit=0", "limit", "'0' is not allowed; expected a whole number from 1 to 500"},
      {"limit=1e3", "limit", "'1e3' is not allowed; expected a whole number from 1 to 500"},
      {"limit=1&limit=2", "limit", "is given twice"},
      {"limi=1", "limi", "unknown query parameter; did you mean 'limit'?"},
      {"name=%zz", "query", "'name=%zz' is not percent-encoded text"},
      {"name=%00", "query", "'name=%00' is not percent-encoded text"},
  };
  for (const query_case& c : cases) {
    query_reader in(c.query);
    in.number("limit", 50, 1, 500);
    in.text("name");
    const auto read = in.finish();
    ASSERT_FALSE(read) << c.query;
    EXPECT_EQ(read.error().field, c.field) << c.query;
    EXPECT_EQ(read.error().message, c.message) << c.query;
  }
}

TEST(QueryReader, DecodesValuesAndKeepsPlusAsItIs) {
  query_reader in("name=a%2Fb+c&limit=7");
  EXPECT_EQ(in.text("name"), "a/b+c");
  EXPECT_EQ(in.number("limit", 50, 1, 500), 7u);
  EXPECT_TRUE(in.finish());
}

}  // namespace
}  // namespace leadsman::http
