#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/rollouts.hpp"

namespace leadsman::runner {
namespace {

using testing::HasSubstr;
using testing::Not;

sign::secret_box box(unsigned char fill) {
  sign::secret_box::key key;
  key.fill(fill);
  return sign::secret_box(key);
}

model::deployment_request deploy_request() {
  model::deployment_request r;
  r.release = {"prod", "shop", "web"};
  r.environment = "staging";
  r.version = "v1";
  r.chart = {std::string(64, 'a'), "web", "1.2.3", "charts/web"};
  r.values = {{"values.yaml", "password: hunter2\nname: Zoë\n"}, {"empty.yaml", ""}};
  r.set = {"image.tag=v1"};
  r.set_string = {"build=007"};
  r.policy.tests = model::tests::allow_missing;
  r.policy.on_cancel = model::on_cancel::proceed;
  r.policy.timeout = std::chrono::milliseconds(90'500);
  r.policy.force_conflicts = true;
  r.origin = {"acme/shop", "deploy", "4711", 2, "deploy", "step-1", R"({"zone":"a"})", "mona", "https://example.test/4711"};
  return r;
}

model::deployment_request rollback_request() {
  model::deployment_request r;
  r.kind = model::request_kind::rollback;
  r.release = {"prod", "shop", "web"};
  r.revision = 7;
  r.reason = "too slow";
  r.policy.prove_tests = false;
  r.origin.repository = "acme/shop";
  return r;
}

TEST(SealedRequest, ComesBackAsItWas) {
  const auto back = unseal_request(box(1), seal_request(box(1), deploy_request()));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, deploy_request());
}

TEST(SealedRequest, OfWhatBecomesOfALeftCanaryComesBackAsItWas) {
  for (const auto kind : {model::request_kind::promote, model::request_kind::abort}) {
    model::deployment_request r = deploy_request();
    r.kind = kind;
    r.of = "d-1";
    if (kind == model::request_kind::abort) r.reason = "too slow";
    const auto back = unseal_request(box(1), seal_request(box(1), r));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(*back, r);
  }
}

TEST(SealedRequest, OfARollbackComesBackAsItWas) {
  const auto back = unseal_request(box(1), seal_request(box(1), rollback_request()));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, rollback_request());
}

TEST(SealedRequest, OfARollbackToTheLastVerifiedRevisionNamesNone) {
  model::deployment_request r = rollback_request();
  r.revision.reset();
  const auto back = unseal_request(box(1), seal_request(box(1), r));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, r);
}

TEST(SealedRequest, ShowsNothingOfItsContentAndNeverLooksTheSame) {
  const std::string sealed = seal_request(box(1), deploy_request());
  for (const char* word : {"hunter2", "web", "staging", "password"}) EXPECT_THAT(sealed, Not(HasSubstr(word)));
  EXPECT_NE(sealed, seal_request(box(1), deploy_request()));
}

TEST(SealedRequest, DoesNotOpenWithAnotherKey) {
  const auto opened = unseal_request(box(2), seal_request(box(1), deploy_request()));
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("another key"));
}

TEST(SealedRequest, DoesNotOpenCutAnywhere) {
  const std::string sealed = seal_request(box(1), rollback_request());
  for (size_t size = 0; size < sealed.size(); ++size) {
    const auto opened = unseal_request(box(1), sealed.substr(0, size));
    ASSERT_FALSE(opened) << "cut after " << size << " of " << sealed.size() << " bytes";
    EXPECT_EQ(opened.error().code, errc::invalid_input);
  }
}

TEST(SealedRequest, DoesNotOpenWithAnyBitChanged) {
  const std::string sealed = seal_request(box(1), rollback_request());
  for (size_t at = 0; at < sealed.size(); ++at) {
    std::string changed = sealed;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(unseal_request(box(1), changed)) << "byte " << at;
  }
}

}  // namespace
}  // namespace leadsman::runner
