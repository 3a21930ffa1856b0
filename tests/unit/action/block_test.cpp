#include "action/output/block.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "action/output/painter.hpp"
#include "unit/action/story.hpp"

namespace leadsman::action {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

story upgrading(int pods) {
  story s;
  s.phase(model::phase::deploying).begin(model::step_kind::upgrade);
  std::vector<wire::pod_progress> list;
  for (int i = 0; i < pods; ++i) list.push_back({"web-" + std::to_string(i), "Pending", 0, 1, 0, "ImagePullBackOff", "no such image 日本語"});
  s.workload(1, pods, "progressing", std::move(list));
  return s;
}

std::vector<std::string> texts(const std::vector<styled_line>& lines) {
  std::vector<std::string> out;
  for (const styled_line& line : lines) out.push_back(plain_text(line));
  return out;
}

TEST(RenderBlock, ShowsStepWorkloadsAndPodsWithTheirReasons) {
  story s = upgrading(2);
  const auto lines = texts(render_block(s.known, s.known.last_at + std::chrono::seconds(10), {120, 24}));
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_THAT(lines[0], HasSubstr("web → production (namespace shop)  deploying  12s"));
  EXPECT_EQ(lines[1], "  ● helm upgrade --install  11s");
  EXPECT_EQ(lines[2], "    ● Deployment/web  1/2 ready");
  EXPECT_EQ(lines[3], "        pod web-0  Pending 0/1  ImagePullBackOff: no such image 日本語");
}

TEST(RenderBlock, LeavesOutPodsThatAreWell) {
  story s;
  s.begin(model::step_kind::upgrade).workload(1, 1, "ready", {{"web-0", "Running", 1, 1, 0, "", ""}});
  EXPECT_EQ(render_block(s.known, s.known.last_at, {80, 24}).size(), 3u);
}

TEST(RenderBlock, FitsEveryTerminal) {
  story s = upgrading(50);
  for (size_t columns = 1; columns < 100; columns += 7) {
    for (size_t rows = 2; rows < 60; rows += 9) {
      const auto lines = render_block(s.known, s.known.last_at, {columns, rows});
      EXPECT_LT(lines.size(), std::max<size_t>(rows, 3)) << columns << "x" << rows;
      for (const styled_line& line : lines) EXPECT_LE(columns_of(line), columns);
    }
  }
}

TEST(RenderBlock, IsEmptyAfterTheEnd) {
  story s;
  s.rolled_back();
  EXPECT_TRUE(render_block(s.known, s.known.last_at, {80, 24}).empty());
}

TEST(Painter, TakesTheOldBlockAwayBeforeWhatScrolls) {
  painter p(false);
  EXPECT_EQ(p.update({}, {{{style::plain, "a"}}, {{style::plain, "b"}}}, {80, 24}), "\x1b[?25la\nb\n");
  EXPECT_EQ(p.update({{{style::plain, "done"}}}, {{{style::plain, "c"}}}, {80, 24}), "\r\x1b[2A\x1b[Jdone\nc\n");
  EXPECT_EQ(p.finish({80, 24}), "\r\x1b[1A\x1b[J\x1b[?25h");
  EXPECT_EQ(p.finish({80, 24}), "");
}

TEST(Painter, WritesNothingWhenNothingChanged) {
  painter p(true);
  p.update({}, {{{style::good, "a"}}}, {80, 24});
  EXPECT_EQ(p.update({}, {{{style::good, "a"}}}, {80, 24}), "");
}

TEST(Painter, CountsTheRowsThatANarrowerTerminalMadeOfABlock) {
  painter p(false);
  p.update({}, {{{style::plain, std::string(60, 'x')}}}, {80, 24});
  EXPECT_THAT(p.update({}, {}, {25, 24}), StartsWith("\r\x1b[3A\x1b[J"));
}

TEST(Painter, HidesTheCursorOnlyForABlock) {
  painter p(false);
  EXPECT_EQ(p.update({{{style::plain, "line"}}}, {}, {80, 24}), "line\n");
  EXPECT_EQ(p.finish({80, 24}), "");
}

}  // namespace
}  // namespace leadsman::action
