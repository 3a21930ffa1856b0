#include "action/output/styled.hpp"

#include <gtest/gtest.h>

#include "action/output/utf8.hpp"

namespace leadsman::action {
namespace {

TEST(Columns, CountWhatATerminalShows) {
  EXPECT_EQ(columns_of("abc"), 3u);
  EXPECT_EQ(columns_of("Zoë"), 3u);
  EXPECT_EQ(columns_of("e\u0301"), 1u);
  EXPECT_EQ(columns_of("日本"), 4u);
  EXPECT_EQ(columns_of("✓"), 1u);
  EXPECT_EQ(columns_of("✅"), 2u);
  EXPECT_EQ(columns_of("\xFF"), 1u);
}

TEST(FitColumns, NeverBreaksACharacter) {
  EXPECT_EQ(fit_columns("日本", 3), "日");
  EXPECT_EQ(fit_columns("äöü", 2), "äö");
  EXPECT_EQ(fit_columns("abc", 0), "");
  EXPECT_EQ(fit_columns("e\u0301x", 1), "e\u0301");
}

TEST(Paint, WritesColorsOnlyWhenAsked) {
  const styled_line line{{style::good, "ok"}, {style::plain, " fine"}};
  EXPECT_EQ(paint(line, false), "ok fine");
  EXPECT_EQ(paint(line, true), "\x1b[32mok\x1b[0m fine");
}

TEST(Paint, CannotBeMadeToWriteAnEscapeSequenceOfOthers) {
  EXPECT_EQ(paint({{style::plain, "\x1b[2Jgone"}}, true), "gone");
}

TEST(Clip, CutsAtTheWidthAndSaysSo) {
  const styled_line line{{style::bold, "hello "}, {style::dim, "world"}};
  EXPECT_EQ(plain_text(clip(line, 20)), "hello world");
  EXPECT_EQ(plain_text(clip(line, 11)), "hello world");
  EXPECT_EQ(plain_text(clip(line, 8)), "hello w…");
  EXPECT_EQ(plain_text(clip(line, 4)), "hel…");
  for (size_t width = 1; width < 15; ++width) EXPECT_LE(columns_of(clip({{style::plain, "日本語日本語日本語"}}, width)), width);
}

}  // namespace
}  // namespace leadsman::action
