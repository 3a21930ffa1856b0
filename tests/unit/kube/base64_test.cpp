#include "kube/base64.hpp"

#include <gtest/gtest.h>

namespace leadsman::kube {
namespace {

TEST(Base64, GoesThereAndBack) {
  for (const std::string bytes : {"", "a", "ab", "abc", "abcd"}) EXPECT_EQ(decode_base64(encode_base64(bytes)).value(), bytes);
  EXPECT_EQ(encode_base64("user:pw"), "dXNlcjpwdw==");
  EXPECT_EQ(decode_base64("dXNl\n cjpwdw==\n").value(), "user:pw");
}

TEST(Base64, RefusesOtherText) {
  EXPECT_FALSE(decode_base64("abc"));
  EXPECT_FALSE(decode_base64("%%%%"));
}

}  // namespace
}  // namespace leadsman::kube
