#include "usage/page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "usage/wrap.hpp"

namespace leadsman::usage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

page small_page() {
  page p;
  p.name = "leadsman deploy";
  p.brief = "deploy a release";
  p.synopsis = "leadsman deploy [RELEASE] [OPTION]...";
  p.about = {"Packs the chart's folder, hands it to the agent with its values, and shows what happens."};
  p.sections = {{"Output", "", {{"-o, --output FORMAT", "how to show it: text (default) | json"}, {"--a-name-that-is-much-too-long WORD", "below"}}}};
  p.examples = {{"one", "leadsman deploy shop"}};
  return p;
}

TEST(Wrap, BreaksAtBlanksAndLeavesLongWordsWhole) {
  EXPECT_THAT(wrap("a bb  ccc", 4), ElementsAre("a bb", "ccc"));
  EXPECT_THAT(wrap("1234 12345678 1", 4), ElementsAre("1234", "12345678", "1"));
  EXPECT_THAT(wrap("exact fit", 9), ElementsAre("exact fit"));
  EXPECT_THAT(wrap("", 10), IsEmpty());
}

TEST(HelpText, AlignsMeaningsAndGivesLongTermsALineOfTheirOwn) {
  const std::string text = help_text(small_page(), 80);
  EXPECT_THAT(text, HasSubstr("leadsman deploy - deploy a release\n\nUsage: leadsman deploy [RELEASE] [OPTION]...\n"));
  EXPECT_THAT(text, HasSubstr("\nOutput\n  -o, --output FORMAT  how to show it: text (default) | json\n"
                              "      --a-name-that-is-much-too-long WORD\n                       below\n"));
  EXPECT_THAT(text, HasSubstr("\nExamples\n  one:\n    $ leadsman deploy shop\n"));
}

TEST(HelpText, KeepsWithinTheTerminal) {
  for (const size_t columns : {40, 60, 80, 120}) {
    const std::string text = help_text(small_page(), columns);
    for (const std::string_view line : split(text, '\n')) EXPECT_LE(line.size(), std::max<size_t>(columns, 41)) << line;
  }
}

TEST(ManText, IsTakenLiterallyByTroff) {
  page p = small_page();
  p.about = {".starts with a dot, has a back\\slash and a - dash"};
  const std::string text = man_text(p, "1.2.3");
  EXPECT_THAT(text, HasSubstr(".TH \"LEADSMAN\\-DEPLOY\" 1 \"\" \"Leadsman 1.2.3\"\n"));
  EXPECT_THAT(text, HasSubstr("\n\\&.starts with a dot, has a back\\eslash and a \\- dash\n"));
  EXPECT_THAT(text, HasSubstr("\n.TP\n.B \\-o, \\-\\-output FORMAT\nhow to show it: text (default) | json\n"));
}

}  // namespace
}  // namespace leadsman::usage
