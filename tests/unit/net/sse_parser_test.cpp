#include "net/sse_parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::net {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SseParser, EveryLineEndingMeansTheSame) {
  for (const std::string end : {"\n", "\r", "\r\n"}) {
    sse_parser parser;
    const auto events = parser.feed("id: 7" + end + "event: step" + end + "data: one" + end + "data: two" + end + end);
    EXPECT_THAT(events, ElementsAre(sse_event{"7", "step", "one\ntwo", false}));
  }
}

TEST(SseParser, ByteByByteGivesTheSameEvents) {
  const std::string text = "\xEF\xBB\xBFid: 1\r\ndata: a\r\n\r\n: beat\r\n\r\nid: 2\r\ndata:b\r\n\r\n";
  sse_parser whole, bytewise;
  std::vector<sse_event> events;
  for (const char c : text) {
    for (sse_event& e : bytewise.feed(std::string_view(&c, 1))) events.push_back(std::move(e));
  }
  EXPECT_EQ(events, whole.feed(text));
  EXPECT_THAT(events, ElementsAre(sse_event{"1", "", "a", false}, sse_event{"1", "", "beat", true}, sse_event{"2", "", "b", false}));
  EXPECT_EQ(bytewise.last_id(), "2");
}

TEST(SseParser, AnEventWithoutDataIsNoneButItsIdStays) {
  sse_parser parser;
  EXPECT_THAT(parser.feed("id: 9\nevent: x\n\n"), IsEmpty());
  EXPECT_EQ(parser.last_id(), "9");
  EXPECT_THAT(parser.feed("data: y\n\n"), ElementsAre(sse_event{"9", "", "y", false}));
}

TEST(SseParser, AnUnfinishedEventIsNotDelivered) {
  sse_parser parser;
  EXPECT_THAT(parser.feed("data: cut"), IsEmpty());
  EXPECT_THAT(parser.feed("\n"), IsEmpty());
  EXPECT_THAT(parser.feed("\n"), ElementsAre(sse_event{"", "", "cut", false}));
}

TEST(SseParser, RetryIsTakenOnlyWhenItIsANumber) {
  sse_parser parser;
  parser.feed("retry: soon\n");
  EXPECT_EQ(parser.retry(), std::nullopt);
  parser.feed("retry: 1500\n");
  EXPECT_EQ(parser.retry(), std::chrono::milliseconds(1500));
}

TEST(SseParser, EmptyDataIsStillAnEvent) {
  sse_parser parser;
  EXPECT_THAT(parser.feed("data\n\n"), ElementsAre(sse_event{"", "", "", false}));
}

TEST(SseParser, AnEndlessLineDoesNotGrowForEver) {
  sse_parser parser;
  const std::string megabyte(1024 * 1024, 'x');
  for (int i = 0; i < 10; ++i) parser.feed(megabyte);
  EXPECT_TRUE(parser.overflowed());
}

}  // namespace
}  // namespace leadsman::net
