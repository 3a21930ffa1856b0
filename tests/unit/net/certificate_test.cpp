#include "net/certificate.hpp"

#include <gtest/gtest.h>

#include "support/test_certificate.hpp"

namespace leadsman::net {
namespace {

TEST(Certificate, SaysWhoAndUntilWhen) {
  const auto made = test::make_test_certificate("admin", "DNS:x", std::chrono::hours(24));
  const auto read = parse_certificate(made.certificate_pem);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->subject, "CN=admin");
  EXPECT_EQ(read->issuer, "CN=admin");
  EXPECT_EQ(read->not_after - read->not_before, std::chrono::hours(25));
  EXPECT_LT(std::chrono::abs(read->not_after - now() - std::chrono::hours(24)), std::chrono::minutes(1));
}

TEST(Certificate, KnowsTheNamesThatItIsFor) {
  const auto made = test::make_test_certificate("admin", "DNS:a.test,IP:10.0.0.1,IP:fd00::1,email:x@y.test", std::chrono::hours(24));
  EXPECT_EQ(parse_certificate(made.certificate_pem)->names, (std::vector<std::string>{"a.test", "10.0.0.1", "fd00::1"}));
}

TEST(Certificate, RefusesAKey) {
  const auto made = test::make_test_certificate("admin", "DNS:x", std::chrono::hours(24));
  ASSERT_FALSE(parse_certificate(made.key_pem));
  EXPECT_EQ(parse_certificate("").error().code, errc::invalid_input);
}

}  // namespace
}  // namespace leadsman::net
