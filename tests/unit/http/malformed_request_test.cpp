#include "server_fixture.hpp"

namespace leadsman::http {
namespace {

using namespace std::chrono_literals;

class MalformedRequest : public server_fixture {};

struct bad_bytes {
  const char* name;
  std::string bytes;
  int status;
  const char* words;
};

TEST_F(MalformedRequest, GetsOneProblemWithItsStatusAndAClosedConnection) {
  start();
  const std::string chunked = "PUT /v1/charts/x HTTP/1.1\r\nHost: a\r\n";
  const std::vector<bad_bytes> cases{
      {"no HTTP", "hello there\r\n\r\n", 400, "not HTTP/1.1"},
      {"binary", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15), 400, "not HTTP/1.1"},
      {"bad version", "GET / HTTP/9.9\r\nHost: a\r\n\r\n", 400, ""},
      {"space in a header name", "GET / HTTP/1.1\r\nHo st: a\r\n\r\n", 400, "not HTTP/1.1"},
      {"no host", "GET /healthz HTTP/1.1\r\n\r\n", 400, "exactly one Host"},
      {"two hosts", "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "exactly one Host"},
      {"absolute target", "GET http://a/healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400, "percent-encoded path"},
      {"length no number", "POST /v1/plan HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400, "not HTTP/1.1"},
      {"two lengths", "POST /v1/plan HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, "not HTTP/1.1"},
      {"length and chunked", "POST /v1/plan HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "not HTTP/1.1"},
      {"unknown expectation", "GET /healthz HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n", 417, "100-continue"},
      {"large header", "GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n", 431, "allowed are 16384 bytes"},
      {"endless request line", "GET /" + std::string(40'000, 'x'), 431, "allowed are 16384 bytes"},
  };
  for (const bad_bytes& c : cases) {
    raw_client client(address);
    client.send(c.bytes);
    const auto got = client.receive();
    ASSERT_TRUE(got) << c.name;
    EXPECT_EQ(got->status, c.status) << c.name;
    EXPECT_EQ(problem_of(*got)["status"], c.status) << c.name;
    EXPECT_NE(got->body.find(c.words), std::string::npos) << c.name << ": " << got->body;
    EXPECT_EQ(got->header("Connection"), "close") << c.name;
    EXPECT_TRUE(client.is_closed_by_server()) << c.name;
  }
}

TEST_F(MalformedRequest, ABodyWhereNoneBelongsIsTooLarge) {
  start();
  const auto got = ask("GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(got.status, 413);
}

TEST_F(MalformedRequest, AnAnnouncedBodyOverTheLimitIsRefusedBeforeItIsSent) {
  start();
  const std::string target = "/v1/charts/" + std::string(64, 'a');
  std::string head = signed_request("PUT", target, "", {}, "Content-Type: application/gzip\r\nContent-Length: 33554433\r\n");
  const auto got = ask(head);
  EXPECT_EQ(got.status, 413);
  EXPECT_EQ(problem_of(got)["detail"], "the body is too large; allowed here are 33554432 bytes");
}

TEST_F(MalformedRequest, AChunkedBodyIsCutAtTheLimit) {
  start();
  raw_client client(address);
  const std::string target = "/v1/deployments/0198c0de/cancel";
  client.send(signed_request("POST", target, "", {}, "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"));
  const std::string chunk = "1000\r\n" + std::string(0x1000, ' ') + "\r\n";
  for (int i = 0; i < 20 && client.send(chunk); ++i) {
  }
  const auto got = client.receive();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 413);
}

TEST_F(MalformedRequest, ASlowHeadIsAnsweredAndCutWhileOthersAreServed) {
  server_options options = default_options();
  options.limits.header_timeout = 150ms;
  start(options);
  raw_client slow(address);
  slow.send("GET /healthz HT");
  EXPECT_EQ(ask("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").status, 200);
  const auto got = slow.receive();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 408);
  EXPECT_TRUE(slow.is_closed_by_server());
}

TEST_F(MalformedRequest, ADrippingHeadGetsNoMoreTimeThanASilentOne) {
  server_options options = default_options();
  options.limits.header_timeout = 200ms;
  start(options);
  raw_client slow(address);
  const auto began = std::chrono::steady_clock::now();
  std::string answered;
  for (int i = 0; i < 100 && answered.empty(); ++i) {
    if (!slow.send("X")) break;
    answered = slow.read_until("\r\n\r\n", 20ms);
  }
  EXPECT_NE(answered.find("408"), std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 1500ms);
}

TEST_F(MalformedRequest, ABodyThatStandsStillIsCut) {
  server_options options = default_options();
  options.limits.progress_timeout = 150ms;
  start(options);
  raw_client slow(address);
  const std::string whole = signed_request("POST", "/v1/plan", k_deploy_body);
  slow.send(whole.substr(0, whole.size() - 10));
  const auto got = slow.receive();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 408);
}

TEST_F(MalformedRequest, ASilentConnectionIsClosedWithoutAWord) {
  server_options options = default_options();
  options.limits.idle_timeout = 100ms;
  start(options);
  raw_client silent(address);
  EXPECT_TRUE(silent.is_closed_by_server());
}

struct bad_body {
  const char* name;
  std::string body;
  const char* type;
  int status;
  const char* field;
};

TEST_F(MalformedRequest, ABodyThatIsNoDeploymentSaysWhichFieldIsWrong) {
  start();
  const std::vector<bad_body> cases{
      {"no JSON", "{", "application/json", 400, ""},
      {"other type", k_deploy_body, "text/plain", 415, "Content-Type"},
      {"unknown key", R"({"relaese":{}})", "application/json; charset=utf-8", 400, "relaese"},
      {"bad name", R"({"release":{"namespace":"shop","name":"Web!"},"chart":{"digest":"x"}})", "application/json", 400, "release"},
      {"too deep", std::string(1000, '['), "application/json", 400, ""},
      {"not UTF-8", "{\"version\":\"\xff\"}", "application/json", 400, ""},
  };
  for (const bad_body& c : cases) {
    const auto got = ask_signed("POST", "/v1/deployments", c.body, {}, std::string("Content-Type: ") + c.type + "\r\n");
    EXPECT_EQ(got.status, c.status) << c.name << got.body;
    EXPECT_EQ(problem_of(got).value("field", ""), c.field) << c.name << got.body;
  }
}

}  // namespace
}  // namespace leadsman::http
