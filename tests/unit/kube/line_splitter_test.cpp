#include "kube/line_splitter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::kube {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(LineSplitter, GivesWholeLinesHoweverTheChunksFall) {
  line_splitter splitter(100);
  EXPECT_THAT(splitter.feed("one\r\ntw"), ElementsAre("one"));
  EXPECT_THAT(splitter.feed("o\n\nthr"), ElementsAre("two", ""));
  EXPECT_THAT(splitter.finish(), ElementsAre("thr"));
  EXPECT_THAT(splitter.finish(), IsEmpty());
}

TEST(LineSplitter, AnEndlessLineComesInPieces) {
  line_splitter splitter(4);
  EXPECT_THAT(splitter.feed("abcdef"), ElementsAre("abcdef"));
  EXPECT_THAT(splitter.feed("gh\n"), ElementsAre("gh"));
}

TEST(ValidUtf8, ReplacesOnlyWhatIsBroken) {
  EXPECT_EQ(valid_utf8("a\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"), "a\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80");
  EXPECT_EQ(valid_utf8("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(valid_utf8("\xC3"), "\xEF\xBF\xBD");
  EXPECT_EQ(valid_utf8("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // a surrogate
  EXPECT_EQ(valid_utf8("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");                  // overlong
}

}  // namespace
}  // namespace leadsman::kube
