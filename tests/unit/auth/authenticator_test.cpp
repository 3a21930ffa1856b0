#include "auth/authenticator.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/nonce_store.hpp"

namespace leadsman::auth {
namespace {

using namespace std::chrono_literals;

const sign::private_key k_key = sign::private_key::from_seed({1});
const wall_time k_now{1'800'000'000s};

class AuthenticatorTest : public testing::Test {
 protected:
  static policy grants() {
    return policy({{"ci", k_key.public_part(), {verb::read}, {"shop/*"}, {}}});
  }
  static authenticator_options fixed_clock() { return {[] { return k_now; }, 60s}; }

  static request_head signed_head(std::string_view body, const sign::private_key& key = k_key, wall_time created = k_now) {
    request_head head;
    head.parts = {"POST", "agent.example.com", "/v1/plan", "", body};
    head.headers = sign::sign_request(head.parts, key, created, sign::make_nonce());
    head.parts.body = {};
    return head;
  }

  result<principal> admit(const request_head& head, std::string_view body) {
    const auto claimed = access.examine(head);
    if (!claimed) return fail(claimed.error());
    result<principal> out = fail(errc::internal, "not run");
    asio::io_context io;
    spawn(io.get_executor(), "test", [&]() -> task<void> { out = co_await access.admit(*claimed, head.headers, body); });
    io.run();
    return out;
  }

  test::nonce_store nonces;
  authenticator access{grants(), nonces, fixed_clock()};
};

TEST_F(AuthenticatorTest, ASignedRequestIsItsKeysAndIsKnownUntilItsSignatureIsWorthless) {
  const auto who = admit(signed_head("{}"), "{}");
  ASSERT_TRUE(who) << who.error().message;
  EXPECT_EQ(*who, (principal{principal_kind::key, "ci"}));
  EXPECT_GE(nonces.last_expiry, k_now + 60s);
}

TEST_F(AuthenticatorTest, TheSecondUseOfARequestIsRefused) {
  const request_head head = signed_head("{}");
  ASSERT_TRUE(admit(head, "{}"));
  const auto again = admit(head, "{}");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, errc::unauthenticated);
  EXPECT_EQ(again.error().message, "this signed request has been used before; sign every request anew");
}

TEST_F(AuthenticatorTest, AnotherBodyIsRefusedAndDoesNotUseUpTheNonce) {
  const request_head head = signed_head("{}");
  const auto changed = admit(head, "{\"x\":1}");
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().field, "Content-Digest");
  EXPECT_TRUE(admit(head, "{}"));
}

TEST_F(AuthenticatorTest, NobodyIsLetInWhenTheStoreCannotRememberNonces) {
  nonces.failing = true;
  const auto who = admit(signed_head("{}"), "{}");
  ASSERT_FALSE(who);
  EXPECT_EQ(who.error().code, errc::unavailable);
}

TEST_F(AuthenticatorTest, UnsignedUnknownWrongAndLateAreRefusedBeforeTheBody) {
  request_head unsigned_head;
  unsigned_head.parts = {"GET", "agent.example.com", "/v1/deployments", "", ""};
  request_head bearer = unsigned_head;
  bearer.headers = {{"authorization", "Bearer abc"}};
  request_head moved = signed_head("{}");
  moved.parts.path = "/v1/deployments";
  const std::vector<std::pair<request_head, std::string>> cases{
      {unsigned_head, "not signed"},
      {bearer, "not available in this version"},
      {moved, "the signature is wrong"},
      {signed_head("{}", sign::private_key::from_seed({9})), "is not known here"},
      {signed_head("{}", k_key, k_now - 61s), "behind"},
      {signed_head("{}", k_key, k_now + 61s), "ahead"},
  };
  for (const auto& [head, words] : cases) {
    const auto claimed = access.examine(head);
    ASSERT_FALSE(claimed) << words;
    EXPECT_EQ(claimed.error().code, errc::unauthenticated) << words;
    EXPECT_NE(claimed.error().message.find(words), std::string::npos) << claimed.error().message;
  }
}

TEST_F(AuthenticatorTest, APeerOfTheAgentsOwnUserIsLocalAndAnotherHasToSign) {
  request_head head;
  head.parts = {"GET", "localhost", "/v1/deployments", "", ""};
  head.peer = ::geteuid();
  const auto own = access.examine(head);
  ASSERT_TRUE(own);
  EXPECT_EQ(own->who.kind, principal_kind::local);
  head.peer = ::geteuid() + 1;
  EXPECT_FALSE(access.examine(head));
}

TEST_F(AuthenticatorTest, TheCallerHearsTheSameWordsWhateverTheReason) {
  const principal ci{principal_kind::key, "ci"};
  const auto other_release = access.is_allowed(ci, verb::read, {{"default", "pay", "x"}});
  const auto unknown_key = access.is_allowed({principal_kind::key, "gone"}, verb::read, {{"default", "shop", "x"}});
  ASSERT_FALSE(other_release);
  ASSERT_FALSE(unknown_key);
  EXPECT_EQ(other_release.error(), unknown_key.error());
  EXPECT_EQ(other_release.error().code, errc::forbidden);
  EXPECT_TRUE(access.is_allowed(ci, verb::read, {{"default", "shop", "x"}}));
}

}  // namespace
}  // namespace leadsman::auth
