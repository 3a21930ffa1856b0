#include "net/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::net {
namespace {

const endpoint k_at{scheme::https, "api.test", 6443, "", "/base"};

TEST(Message, WritesHeadWithBasePathAndLength) {
  const auto head = serialize_head({"POST", "/v1/x?y=z", {{"Accept", "application/json"}}, "body"}, k_at);
  ASSERT_TRUE(head);
  EXPECT_THAT(*head, testing::StartsWith("POST /base/v1/x?y=z HTTP/1.1\r\nHost: api.test:6443\r\n"));
  EXPECT_THAT(*head, testing::HasSubstr("\r\nAccept: application/json\r\nContent-Length: 4\r\n\r\n"));
}

TEST(Message, AHostOfItsOwnTakesThePlaceOfTheEndpoints) {
  const auto head = serialize_head({"GET", "/", {{"host", "shop.test"}, {"Accept", "*/*"}}}, k_at);
  ASSERT_TRUE(head);
  EXPECT_THAT(*head, testing::StartsWith("GET /base/ HTTP/1.1\r\nHost: shop.test\r\nUser-Agent:"));
  EXPECT_THAT(*head, testing::EndsWith("\r\nAccept: */*\r\n\r\n"));
}

TEST(Message, NothingBreaksOutOfItsLine) {
  const request rows[] = {
      {"GET", "/a\r\nX: y"},
      {"GET", "/a b"},
      {"GET", "a"},
      {"GE T", "/"},
      {"GET", "/", {{"X", "a\r\nY: b"}}},
      {"GET", "/", {{"X:", "a"}}},
      {"GET", "/", {{"Host", "a\r\nY: b"}}},
      {"GET", "/", {{"", "a"}}},
      {"GET", "/#a"},
  };
  for (const request& r : rows) {
    const auto head = serialize_head(r, k_at);
    ASSERT_FALSE(head) << r.target;
    EXPECT_EQ(head.error().code, errc::invalid_input);
  }
}

TEST(Message, HeadersAreFoundInAnyCase) {
  const response r{200, {{"Retry-After", "3"}}, {}};
  EXPECT_EQ(r.header("retry-after"), "3");
  EXPECT_EQ(r.header("retry"), "");
}

TEST(Message, OnlyIdempotentMethodsAreRepeatedUnlessSaid) {
  EXPECT_TRUE(is_repeatable({.method = "GET"}));
  EXPECT_TRUE(is_repeatable({.method = "PUT"}));
  EXPECT_FALSE(is_repeatable({.method = "POST"}));
  EXPECT_FALSE(is_repeatable({.method = "PATCH"}));
  EXPECT_TRUE(is_repeatable({.method = "PATCH", .repeatable = true}));
  EXPECT_FALSE(is_repeatable({.method = "GET", .repeatable = false}));
}

TEST(Message, EncodesAllButUnreservedCharacters) {
  EXPECT_EQ(percent_encode("a=b,c d/é~"), "a%3Db%2Cc%20d%2F%C3%A9~");
}

TEST(Message, TellsTheDateOrNothing) {
  EXPECT_EQ(date_of({{"date", "Sat, 21 Nov 2026 10:00:00 GMT"}}), parse_rfc3339("2026-11-21T10:00:00Z").value());
  for (const char* text : {"", "now", "2026-11-21T10:00:00Z", "Sat, 21 Nov 2026 10:00:00 GMT and more"}) {
    EXPECT_FALSE(date_of({{"Date", text}})) << text;
  }
  EXPECT_FALSE(date_of({}));
}

}  // namespace
}  // namespace leadsman::net
