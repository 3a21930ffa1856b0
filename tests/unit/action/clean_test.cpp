#include "action/output/clean.hpp"

#include <gtest/gtest.h>

namespace leadsman::action {
namespace {

struct line_case {
  const char* name;
  std::string_view raw;
  const char* clean;
};

TEST(CleanLine, LetsNothingThroughThatATerminalWouldObey) {
  const line_case cases[]{
      {"plain text stays", "Deployment ready → 3/3 ✓", "Deployment ready → 3/3 ✓"},
      {"color", "\x1b[31mred\x1b[0m", "red"},
      {"cursor and clear", "a\x1b[2J\x1b[1;1Hb", "ab"},
      {"title by OSC and BEL", "a\x1b]0;owned\ab", "ab"},
      {"link by OSC and ST", "\x1b]8;;http://x\x1b\\text", "text"},
      {"unended OSC ends with the text", "a\x1b]0;never", "a"},
      {"two-character escape", "a\x1b" "cb", "ab"},
      {"lone escape at the end", "a\x1b", "a"},
      {"C1 control in UTF-8", "a\xC2\x9B" "31mb", "a\uFFFD31mb"},
      {"backspace and bell", "a\b\ab", "a\uFFFD\uFFFDb"},
      {"tab", "a\tb", "a  b"},
      {"line ends become spaces", "a\r\nb", "a  b"},
      {"right-to-left override", "a\xE2\x80\xAE" "b", "a\uFFFDb"},
      {"line separator", "a\xE2\x80\xA8" "b", "a\uFFFDb"},
      {"broken UTF-8", "a\xFF\xC3" "b", "a\uFFFD\uFFFDb"},
      {"overlong slash", "\xC0\xAF", "\uFFFD\uFFFD"},
      {"NUL", std::string_view("a\0b", 3), "a\uFFFDb"},
  };
  for (const line_case& c : cases) EXPECT_EQ(clean_line(c.raw), c.clean) << c.name;
}

TEST(CleanLines, SplitsAtEveryKindOfLineEnd) {
  EXPECT_EQ(clean_lines("a\nb\r\nc\rd"), (std::vector<std::string>{"a", "b", "c", "d"}));
  EXPECT_EQ(clean_lines("a\n"), (std::vector<std::string>{"a"}));
  EXPECT_EQ(clean_lines("a\n\nb"), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_TRUE(clean_lines("").empty());
}

TEST(CleanLines, UnendedEscapeStringDoesNotSwallowTheNextLine) {
  EXPECT_EQ(clean_lines("a\x1b]0;x\nb"), (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace leadsman::action
