#include "kube/credentials.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <fstream>

#include "async/task_group.hpp"
#include "support/scripted_server.hpp"

namespace leadsman::kube {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const exec_command k_exec{"client.authentication.k8s.io/v1", "login", {"--for", "me"}, {{"PROFILE", "p"}}, "install it", false};

std::string answer(const std::string& status) {
  return R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":)" + status + "}";
}

TEST(ExecCredential, IsReadWithTokenCertificateAndExpiry) {
  const auto got = parse_exec_credential(answer(R"({"token":"t","clientCertificateData":"C","clientKeyData":"K","expirationTimestamp":"2026-11-21T10:00:00Z"})"), k_exec);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->authorization, "Bearer t");
  EXPECT_EQ(got->client_cert_pem, "C");
  EXPECT_EQ(format_rfc3339(*got->expires), "2026-11-21T10:00:00.000Z");
}

TEST(ExecCredential, NonsenseIsRefusedWithoutRepeatingIt) {
  struct {
    std::string text;
    const char* why;
  } const rows[] = {
      {"You are logged in! secret", "did not print an ExecCredential"},
      {R"({"kind":"Pod"})", "kind 'Pod'"},
      {R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"secret"}})", "asks for client.authentication.k8s.io/v1"},
      {answer("{}"), "neither a token"},
      {answer(R"({"token":"secret","expirationTimestamp":"tomorrow"})"), "not a time"},
  };
  for (const auto& row : rows) {
    const auto got = parse_exec_credential(row.text, k_exec);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, errc::unauthenticated);
    EXPECT_THAT(got.error().message, testing::AllOf(HasSubstr(row.why), HasSubstr("login"), testing::Not(HasSubstr("secret"))));
  }
}

struct exec_world {
  asio::io_context io;
  int runs = 0;
  std::vector<std::string> argv;
  std::vector<std::pair<std::string, std::string>> env;
  result<std::string> output = answer(R"({"token":"t"})");
  credentials under_test{io.get_executor(), cluster_access{.exec = k_exec}, [this](auto a, auto e) { return run(std::move(a), std::move(e)); }};

  task<result<std::string>> run(std::vector<std::string> a, std::vector<std::pair<std::string, std::string>> e) {
    ++runs;
    argv = std::move(a);
    env = std::move(e);
    co_await sleep_for(5ms);
    co_return output;
  }

  result<credential> current() {
    result<credential> got = fail(errc::internal, "not run");
    leadsman::test::run_until_done(io, [&]() -> task<void> { got = co_await under_test.current(); });
    return got;
  }
};

TEST(Credentials, ACommandRunsOnceUntilItsCredentialNearlyExpires) {
  exec_world world;
  world.output = answer(R"({"token":"t","expirationTimestamp":")" + format_rfc3339(now() + 1h) + "\"}");
  EXPECT_EQ(world.current()->authorization, "Bearer t");
  EXPECT_EQ(world.current()->authorization, "Bearer t");
  EXPECT_EQ(world.runs, 1);
  EXPECT_THAT(world.argv, testing::ElementsAre("login", "--for", "me"));
  EXPECT_THAT(world.env, testing::Contains(testing::Pair("PROFILE", "p")));
  EXPECT_THAT(world.env, testing::Contains(testing::Pair("KUBERNETES_EXEC_INFO", HasSubstr("\"interactive\":false"))));
}

TEST(Credentials, ACredentialThatIsAboutToExpireIsRenewed) {
  exec_world world;
  world.output = answer(R"({"token":"t","expirationTimestamp":")" + format_rfc3339(now() + 30s) + "\"}");
  world.current();
  world.current();
  EXPECT_EQ(world.runs, 2);
}

TEST(Credentials, AfterA401TheCommandRunsAgain) {
  exec_world world;
  world.current();
  EXPECT_TRUE(world.under_test.drop());
  world.current();
  EXPECT_EQ(world.runs, 2);
}

TEST(Credentials, ManyAskersRunOneCommand) {
  exec_world world;
  leadsman::test::run_until_done(world.io, [&]() -> task<void> {
    task_group group(world.io.get_executor());
    for (int i = 0; i < 5; ++i) {
      group.spawn("ask", [&]() -> task<void> {
        const auto got = co_await world.under_test.current();
        EXPECT_TRUE(got);
      });
    }
    co_await group.join();
  });
  EXPECT_EQ(world.runs, 1);
}

TEST(Credentials, AFailedCommandIsExplainedWithItsHint) {
  exec_world world;
  world.output = fail(errc::internal, "exit code 1");
  const auto got = world.current();
  EXPECT_EQ(got.error().code, errc::unauthenticated);
  EXPECT_THAT(got.error().message, testing::AllOf(HasSubstr("exit code 1"), HasSubstr("install it")));
}

TEST(Credentials, WithoutARunnerExecIsRefused) {
  asio::io_context io;
  credentials plain(io.get_executor(), cluster_access{.exec = k_exec}, {});
  leadsman::test::run_until_done(io, [&]() -> task<void> {
    const auto got = co_await plain.current();
    EXPECT_THAT(got.error().message, HasSubstr("may not be run here"));
  });
}

TEST(Credentials, ATokenFileIsReadAgainAfterDrop) {
  const std::string file = testing::TempDir() + "/leadsman-token";
  std::ofstream(file) << "one\n";
  asio::io_context io;
  credentials rotating(io.get_executor(), cluster_access{.token_file = file}, {});
  leadsman::test::run_until_done(io, [&]() -> task<void> {
    const auto first = co_await rotating.current();
    EXPECT_EQ(first->authorization, "Bearer one");
    std::ofstream(file) << "two\n";
    const auto kept = co_await rotating.current();
    EXPECT_EQ(kept->authorization, "Bearer one");
    EXPECT_EQ(rotating.replaced(), 0);
    EXPECT_TRUE(rotating.drop());
    const auto second = co_await rotating.current();
    EXPECT_EQ(second->authorization, "Bearer two");
    rotating.drop();
    const auto again = co_await rotating.current();
    EXPECT_EQ(again->authorization, "Bearer two");
    EXPECT_EQ(rotating.replaced(), 1);
  });
}

TEST(Credentials, AFixedTokenCannotBeRenewed) {
  asio::io_context io;
  credentials fixed(io.get_executor(), cluster_access{.token = "t"}, {});
  EXPECT_FALSE(fixed.drop());
}

}  // namespace
}  // namespace leadsman::kube
