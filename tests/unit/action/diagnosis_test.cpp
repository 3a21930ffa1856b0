#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "action/diagnosis/address.hpp"
#include "action/diagnosis/key.hpp"
#include "action/diagnosis/look.hpp"

namespace leadsman::action {
namespace {

using namespace std::chrono_literals;
using net::distrust;
using testing::HasSubstr;
using wire::verdict;
using step = net::sighting::step;

const wall_time k_now = parse_rfc3339("2026-11-21T10:00:00Z").value();

net::endpoint at(const char* address) { return net::parse_endpoint(address).value(); }

TEST(Diagnosis, TellsAWrongNameFromAClosedPortAndFromAWayThatIsBlocked) {
  struct {
    const char* name;
    const char* address;
    step came_to;
    std::optional<error> failure;
    verdict expected;
    const char* mend;
  } const rows[] = {
      {"well", "https://a.test", step::open, {}, verdict::ok, ""},
      {"trust is another question", "https://a.test", step::handshake, error{errc::unavailable, "not trusted"}, verdict::ok, ""},
      {"no such name", "https://a.test", step::name, error{errc::unavailable, "cannot be resolved"}, verdict::failed, "is the name right"},
      {"refused", "https://a.test", step::connection, error{errc::unavailable, "refused"}, verdict::failed, "nobody listens there"},
      {"no answer", "https://a.test", step::connection, error{errc::timed_out, "timed out"}, verdict::failed, "firewall"},
      {"no socket", "unix:/run/x.sock", step::connection, error{errc::unavailable, "No such file"}, verdict::failed, "may this user reach the socket"},
  };
  for (const auto& row : rows) {
    const wire::check got = judge_address(at(row.address), {.came_to = row.came_to}, row.failure);
    EXPECT_EQ(got.verdict, row.expected) << row.name;
    EXPECT_THAT(got.mend, HasSubstr(row.mend)) << row.name;
    if (row.expected == verdict::failed) {
      EXPECT_EQ(got.found, row.failure->message) << row.name;
    }
  }
}

trust_sight trust_of(step came_to, distrust why, std::optional<error> failure, std::chrono::seconds valid_for = 24h * 300) {
  trust_sight t;
  t.at = at("https://agent.test:8443");
  t.seen = {came_to, why, net::certificate{"CN=agent", "CN=our authority", k_now - 24h, k_now + valid_for, {"one.test", "10.0.0.1"}}};
  t.failure = std::move(failure);
  t.now = k_now;
  return t;
}

TEST(Diagnosis, SaysOfACertificateWhatIsWrongWithItAndHowToMendThat) {
  const error refused{errc::unavailable, "cannot be trusted"};
  struct {
    const char* name;
    trust_sight seen;
    verdict expected;
    const char* found;
    const char* mend;
  } const rows[] = {
      {"good", trust_of(step::open, distrust::none, {}), verdict::ok, "CN=agent, issued by CN=our authority", ""},
      {"soon over", trust_of(step::open, distrust::none, {}, 24h * 3), verdict::warning, "expires in 72h", "renew it in time"},
      {"expired", trust_of(step::handshake, distrust::expired, refused, -24h), verdict::failed, "to 2026-11-20, and this machine's clock says 2026-11-21T10:00", "renew the certificate"},
      {"of tomorrow", trust_of(step::handshake, distrust::not_yet_valid, refused), verdict::failed, "not valid yet", "set this machine's clock"},
      {"another name", trust_of(step::handshake, distrust::wrong_name, refused), verdict::failed, "it is for one.test, 10.0.0.1, not for agent.test", "subjectAltName has agent.test"},
      {"unknown authority", trust_of(step::handshake, distrust::unknown_authority, refused), verdict::failed, "not trusted here", "by --ca FILE, LEADSMAN_CA or the input ca: CN=our authority"},
      {"no TLS", {.at = at("https://a.test"), .seen = {.came_to = step::handshake}, .failure = error{errc::unavailable, "wrong version number"}}, verdict::failed, "wrong version number", "does it speak TLS"},
      {"no authority in the file", {.at = at("https://a.test"), .seen = {.came_to = step::handshake}, .failure = error{errc::invalid_input, "cannot be used"}}, verdict::failed, "cannot be used", "in PEM"},
      {"plain HTTP", {.at = at("http://a.test"), .seen = {.came_to = step::open}}, verdict::warning, "plain HTTP", "https://"},
  };
  for (const auto& row : rows) {
    const auto got = judge_trust(row.seen);
    ASSERT_TRUE(got) << row.name;
    EXPECT_EQ(got->verdict, row.expected) << row.name;
    EXPECT_THAT(got->found, HasSubstr(row.found)) << row.name;
    EXPECT_THAT(got->mend, HasSubstr(row.mend)) << row.name;
  }
}

TEST(Diagnosis, NamesTheAuthorityThatWasGivenAsTheWrongOne) {
  trust_sight t = trust_of(step::handshake, distrust::unknown_authority, error{errc::unavailable, ""});
  t.own_authority = true;
  EXPECT_THAT(judge_trust(t)->mend, HasSubstr("names another authority"));
}

TEST(Diagnosis, HasNothingToSayOfTrustWhereNobodyListensOrNothingLeavesTheMachine) {
  EXPECT_FALSE(judge_trust(trust_of(step::connection, distrust::none, error{})));
  for (const char* address : {"http://127.0.0.1:8080", "http://localhost", "unix:/run/a.sock"}) {
    EXPECT_FALSE(judge_trust({.at = at(address), .seen = {.came_to = step::open}})) << address;
  }
}

net::response answer(int status, std::string body, std::string type = "application/json") { return {status, {{"Content-Type", std::move(type)}}, std::move(body)}; }

TEST(Diagnosis, KnowsAnAgentFromEverythingElseThatAnswers) {
  const net::response agent = answer(200, R"({"info": {"title": "Leadsman agent"}})");
  struct {
    const char* name;
    identity_sight seen;
    verdict expected;
    const char* found;
    const char* mend;
  } const rows[] = {
      {"ready", {agent, answer(200, "{}")}, verdict::ok, "ready", ""},
      {"not ready", {agent, answer(503, R"({"detail": "not ready: the store does not answer"})")}, verdict::failed, "the store does not answer", "log"},
      {"gone meanwhile", {agent, fail(errc::unavailable, "closed")}, verdict::failed, "closed", "log"},
      {"a web page", {answer(200, "<html>", "text/html"), answer(200, "<html>")}, verdict::failed, "not a Leadsman agent: HTTP status 200, text/html", "right host and port"},
      {"another API", {answer(200, R"({"info": {"title": "Pets"}})"), answer(200, "{}")}, verdict::failed, "not a Leadsman agent", ""},
      {"a list", {answer(200, "[1]"), answer(200, "{}")}, verdict::failed, "not a Leadsman agent", ""},
      {"not found", {answer(404, "no", "text/plain"), answer(404, "no")}, verdict::failed, "HTTP status 404, text/plain", "pass every path on"},
      {"a proxy without an agent", {answer(502, "bad", "text/html"), answer(502, "bad")}, verdict::failed, "a proxy answers", "kubectl get pods"},
      {"no HTTP", {fail(errc::unavailable, "closed the connection"), answer(0, "")}, verdict::failed, "closed the connection", "does not speak HTTP"},
  };
  for (const auto& row : rows) {
    const wire::check got = judge_identity(row.seen);
    EXPECT_EQ(got.verdict, row.expected) << row.name;
    EXPECT_THAT(got.found, HasSubstr(row.found)) << row.name;
    EXPECT_THAT(got.mend, HasSubstr(row.mend)) << row.name;
  }
}

TEST(Diagnosis, ComparesTheClocksAsSignaturesAreJudged) {
  struct {
    const char* name;
    std::chrono::milliseconds agent_ahead;
    verdict expected;
    const char* found;
  } const rows[] = {
      {"the same", 0s, verdict::ok, "as the agent's"},
      {"a little", 10s, verdict::ok, "as the agent's"},
      {"noticed", 30s, verdict::warning, "is 29s behind the agent's"},
      {"behind", 200s, verdict::failed, "is 3m 19s behind the agent's; at most 1m 0s is allowed"},
      {"ahead", -200s, verdict::failed, "is 3m 19s ahead of the agent's"},
  };
  for (const auto& row : rows) {
    const clock_sight seen{k_now + row.agent_ahead, k_now, k_now + 1s};
    const auto got = judge_clock(seen);
    ASSERT_TRUE(got) << row.name;
    EXPECT_EQ(got->verdict, row.expected) << row.name << got->found;
    EXPECT_THAT(got->found, HasSubstr(row.found)) << row.name;
    EXPECT_EQ(is_clock_apart(seen), row.expected == verdict::failed) << row.name;
  }
  EXPECT_FALSE(judge_clock({}));
  EXPECT_FALSE(is_clock_apart({}));
}

TEST(Diagnosis, TellsAKeyThatIsUnknownFromOneThatMayNotAndOneThatIsNotThere) {
  using answer_type = std::optional<result<void>>;
  const auto refused = [](errc code, const char* field = "") { return answer_type(result<void>(fail(code, "no", field))); };
  const std::optional<std::string> key("ed25519:AAAA"), none;
  struct {
    const char* name;
    key_sight seen;
    verdict expected;
    const char* found;
    const char* mend;
  } const rows[] = {
      {"accepted", {key, true, answer_type(result<void>()), false, "deploy shop/web"}, verdict::ok, "ed25519:AAAA may deploy shop/web", ""},
      {"unreadable", {fail(errc::invalid_input, "is no key", "LEADSMAN_KEY")}, verdict::failed, "LEADSMAN_KEY: is no key", "key generate"},
      {"none", {none}, verdict::failed, "there is none", "LEADSMAN_KEY"},
      {"unknown", {key, true, refused(errc::unauthenticated, "Signature-Input")}, verdict::failed, "no", "public-key: ed25519:AAAA"},
      {"clocks apart", {key, true, refused(errc::unauthenticated, "Signature-Input"), true}, verdict::failed, "clocks are apart", "set the clock first"},
      {"changed on the way", {key, true, refused(errc::unauthenticated, "Signature")}, verdict::failed, "no", "a proxy must not change Host"},
      {"may not", {key, true, refused(errc::forbidden), false, "deploy shop/web"}, verdict::failed, "is known to the agent, and may not deploy shop/web", "access.keys needs `deploy`"},
      {"another user's socket", {none, false, refused(errc::unauthenticated)}, verdict::failed, "no", "run as that user"},
  };
  for (const auto& row : rows) {
    const auto got = judge_key(row.seen);
    ASSERT_TRUE(got) << row.name;
    EXPECT_EQ(got->verdict, row.expected) << row.name;
    EXPECT_THAT(got->found, HasSubstr(row.found)) << row.name;
    EXPECT_THAT(got->mend, HasSubstr(row.mend)) << row.name;
  }
  EXPECT_FALSE(judge_key({none, false, answer_type(result<void>())})) << "over a Unix socket there is no key to speak of";
  EXPECT_FALSE(judge_key({key})) << "nobody was asked";
}

}  // namespace
}  // namespace leadsman::action
