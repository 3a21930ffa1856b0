#include "http/server.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include <fstream>

#include "server_fixture.hpp"
#include "support/test_certificate.hpp"

namespace leadsman::http {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

class Server : public server_fixture {};

const std::string k_health = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";

TEST_F(Server, AnswersPipelinedRequestsInOrderOnOneConnection) {
  start();
  raw_client client(address);
  client.send(k_health + "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n" + k_health);
  for (const int status : {200, 404, 200}) {
    const auto got = client.receive();
    ASSERT_TRUE(got);
    EXPECT_EQ(got->status, status);
    EXPECT_EQ(got->header("Connection"), "keep-alive");
  }
}

TEST_F(Server, ClosesWhenTheClientAsksForIt) {
  start();
  raw_client client(address);
  client.send("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.receive().value_or(raw_response{}).header("Connection"), "close");
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST_F(Server, AsksForTheBodyOfAClientThatWaitsToBeAsked) {
  start();
  raw_client client(address);
  const std::string whole = signed_request("POST", "/v1/deployments", k_deploy_body, {}, "Expect: 100-continue\r\n");
  const size_t head = whole.find("\r\n\r\n") + 4;
  client.send(whole.substr(0, head));
  EXPECT_EQ(client.receive().value_or(raw_response{}).status, 100);
  client.send(whole.substr(head));
  EXPECT_EQ(client.receive().value_or(raw_response{}).status, 201);
}

TEST_F(Server, SaysWhatIsThereInsteadOfAnUnknownPathOrMethod) {
  start();
  const auto lost = ask("GET /v1/deployment HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(lost.status, 404);
  EXPECT_EQ(problem_of(lost)["detail"], "there is nothing at '/v1/deployment'; did you mean /v1/deployments?");
  const auto wrong = ask("DELETE /v1/deployments HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.header("Allow"), "POST, GET");
  EXPECT_EQ(problem_of(wrong)["status"], 405);
}

TEST_F(Server, RefusesConnectionsBeyondTheLimitAndRecovers) {
  server_options options = default_options();
  options.limits.max_connections = 2;
  start(options);
  auto first = std::make_unique<raw_client>(address);
  raw_client second(address);
  for (raw_client* client : {first.get(), &second}) {
    client->send(k_health);
    EXPECT_EQ(client->receive().value_or(raw_response{}).status, 200);
  }
  raw_client third(address);
  third.send(k_health);
  const auto refused = third.receive();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503);
  EXPECT_EQ(refused->header("Retry-After"), "1");
  EXPECT_TRUE(third.is_closed_by_server());
  first.reset();
  int status = 0;
  for (int i = 0; i < 200 && status != 200; ++i) status = ask(k_health).status;
  EXPECT_EQ(status, 200);
}

TEST_F(Server, ADefectInAHandlerCostsOneAnswerOnly) {
  start();
  on_thread([&] { service.explode = true; });
  const auto got = ask_signed("POST", "/v1/deployments", k_deploy_body);
  EXPECT_EQ(got.status, 500);
  EXPECT_EQ(got.body.find("exploded"), std::string::npos);
  EXPECT_EQ(ask(k_health).status, 200);
}

TEST_F(Server, CountsRequestsByRouteAndNotByWhatCallersInvent) {
  start();
  ask(k_health);
  ask("GET /invented HTTP/1.1\r\nHost: a\r\n\r\n");
  ask_signed("GET", "/v1/deployments/x");
  const auto got = ask("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(got.header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  for (const char* line : {"leadsman_fake 1", "leadsman_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 1",
                           "leadsman_http_requests_total{method=\"-\",route=\"-\",status=\"404\"} 1",
                           "leadsman_http_requests_total{method=\"GET\",route=\"/v1/deployments/{id}\",status=\"404\"} 1"}) {
    EXPECT_NE(got.body.find(line), std::string::npos) << line << "\n" << got.body;
  }
  EXPECT_EQ(got.body.find("invented"), std::string::npos);
}

TEST_F(Server, ReadinessSaysWhatIsMissing) {
  start();
  EXPECT_EQ(ask("GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n").status, 200);
  on_thread([&] { service.not_ready = {"the store cannot be written", "helm is missing"}; });
  const auto got = ask("GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(got.status, 503);
  EXPECT_EQ(problem_of(got)["detail"], "not ready: the store cannot be written; helm is missing");
}

TEST_F(Server, StopsAtOnceWhenNothingIsInWork) {
  start();
  raw_client idle(address);
  idle.send(k_health);
  ASSERT_TRUE(idle.receive());
  const auto began = std::chrono::steady_clock::now();
  stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
  EXPECT_TRUE(idle.is_closed_by_server());
  EXPECT_THROW(raw_client{address}, std::runtime_error);
}

TEST_F(Server, ARequestInWorkIsAnsweredBeforeTheServerStops) {
  start();
  raw_client client(address);
  const std::string whole = signed_request("POST", "/v1/deployments", k_deploy_body, {}, "Expect: 100-continue\r\n");
  const size_t head = whole.find("\r\n\r\n") + 4;
  client.send(whole.substr(0, head));
  ASSERT_EQ(client.receive().value_or(raw_response{}).status, 100);
  std::thread stopping([this] { stop(); });
  client.send(whole.substr(head));
  const auto got = client.receive();
  stopping.join();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 201);
}

TEST_F(Server, ARequestThatNeverEndsDoesNotKeepTheServer) {
  server_options options = default_options();
  options.limits.stop_timeout = 100ms;
  start(options);
  raw_client client(address);
  const std::string whole = signed_request("POST", "/v1/deployments", k_deploy_body, {}, "Expect: 100-continue\r\n");
  client.send(whole.substr(0, whole.find("\r\n\r\n") + 4));
  ASSERT_EQ(client.receive().value_or(raw_response{}).status, 100);
  const auto began = std::chrono::steady_clock::now();
  stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 2s);
}

// Answers to one request, from a client that trusts only this certificate; empty when it does not come to that.
std::string ask_trusting(const std::string& certificate_pem, const std::string& address, const std::string& request) {
  asio::io_context own;
  asio::ssl::context trust(asio::ssl::context::tls_client);
  trust.add_certificate_authority(asio::buffer(certificate_pem));
  trust.set_verify_mode(asio::ssl::verify_peer);
  asio::ssl::stream<asio::ip::tcp::socket> wire(own, trust);
  const auto port = static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  wire.next_layer().connect({asio::ip::address_v4::loopback(), port});
  boost::system::error_code untrusted;
  wire.handshake(asio::ssl::stream_base::client, untrusted);
  if (untrusted) return "";
  asio::write(wire, asio::buffer(request));
  std::string got;
  asio::read_until(wire, asio::dynamic_buffer(got), "\r\n\r\n");
  return got;
}

TEST_F(Server, TakesARenewedCertificateAndKeepsTheOldOneWhileTheNewOneIsUnusable) {
  const std::string folder = testing::TempDir() + "leadsman-renewed-" + std::to_string(::getpid());
  std::filesystem::create_directories(folder);
  const auto put = [&](const char* name, const std::string& text) {
    std::ofstream(folder + "/aside") << text;
    std::filesystem::rename(folder + "/aside", folder + "/" + name);
  };
  const auto before = test::make_test_certificate("agent.test", "IP:127.0.0.1", 1h);
  const auto after = test::make_test_certificate("agent.test", "IP:127.0.0.1", 2h);
  put("tls.crt", before.certificate_pem);
  put("tls.key", before.key_pem);
  server_options options = default_options();
  options.tls = tls_files{folder + "/tls.crt", folder + "/tls.key"};
  start(options);
  EXPECT_TRUE(ask_trusting(before.certificate_pem, address, k_health).starts_with("HTTP/1.1 200"));

  put("tls.crt", after.certificate_pem);  // does not belong to the key that is still there
  EXPECT_TRUE(ask_trusting(before.certificate_pem, address, k_health).starts_with("HTTP/1.1 200"));
  std::filesystem::remove(folder + "/tls.crt");
  EXPECT_TRUE(ask_trusting(before.certificate_pem, address, k_health).starts_with("HTTP/1.1 200"));

  put("tls.crt", after.certificate_pem);
  put("tls.key", after.key_pem);
  EXPECT_TRUE(ask_trusting(after.certificate_pem, address, k_health).starts_with("HTTP/1.1 200"));
  EXPECT_EQ(ask_trusting(before.certificate_pem, address, k_health), "");
  std::filesystem::remove_all(folder);
}

// As the kubelet renews a Secret's volume: a new folder, then one symbolic link is put in the place of another.
TEST_F(Server, TakesACertificateThatIsRenewedBySwappingALink) {
  const std::filesystem::path folder = testing::TempDir() + "leadsman-secret-" + std::to_string(::getpid());
  std::filesystem::create_directories(folder);
  const auto publish = [&](const std::string& version, const test::test_certificate& made) {
    std::filesystem::create_directory(folder / version);
    std::ofstream(folder / version / "tls.crt") << made.certificate_pem;
    std::ofstream(folder / version / "tls.key") << made.key_pem;
    std::filesystem::create_directory_symlink(version, folder / "..data_tmp");
    std::filesystem::rename(folder / "..data_tmp", folder / "..data");
  };
  const auto before = test::make_test_certificate("agent.test", "IP:127.0.0.1", 1h);
  const auto after = test::make_test_certificate("agent.test", "IP:127.0.0.1", 1h);
  publish("..1", before);
  for (const char* name : {"tls.crt", "tls.key"}) std::filesystem::create_symlink(std::string("..data/") + name, folder / name);
  server_options options = default_options();
  options.tls = tls_files{folder / "tls.crt", folder / "tls.key"};
  start(options);
  EXPECT_TRUE(ask_trusting(before.certificate_pem, address, k_health).starts_with("HTTP/1.1 200"));
  publish("..2", after);
  EXPECT_TRUE(ask_trusting(after.certificate_pem, address, k_health).starts_with("HTTP/1.1 200"));
  EXPECT_EQ(ask_trusting(before.certificate_pem, address, k_health), "");
  std::filesystem::remove_all(folder);
}

TEST_F(Server, SpeaksTls) {
  const std::string folder = testing::TempDir() + "leadsman-tls-" + std::to_string(::getpid());
  std::filesystem::create_directories(folder);
  const auto made = test::make_test_certificate("agent.test", "IP:127.0.0.1", 1h);
  std::ofstream(folder + "/tls.crt") << made.certificate_pem;
  std::ofstream(folder + "/tls.key") << made.key_pem;
  server_options options = default_options();
  options.tls = tls_files{folder + "/tls.crt", folder + "/tls.key"};
  start(options);
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(address.starts_with("https://127.0.0.1:"));

  raw_client plain(address);
  plain.send(k_health);
  EXPECT_TRUE(plain.read_rest().find("200 OK") == std::string::npos);

  asio::io_context own;
  asio::ssl::context trust(asio::ssl::context::tls_client);
  trust.add_certificate_authority(asio::buffer(made.certificate_pem));
  trust.set_verify_mode(asio::ssl::verify_peer);
  asio::ssl::stream<asio::ip::tcp::socket> wire(own, trust);
  const auto port = static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  wire.next_layer().connect({asio::ip::address_v4::loopback(), port});
  wire.handshake(asio::ssl::stream_base::client);
  asio::write(wire, asio::buffer(signed_request("GET", "/v1/deployments")));
  std::string got;
  asio::read_until(wire, asio::dynamic_buffer(got), "deployments\":[]}");
  EXPECT_TRUE(got.starts_with("HTTP/1.1 200 OK\r\n"));
}

}  // namespace
}  // namespace leadsman::http
