#include "plugin/check/check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "unit/plugin/scripted_plugin.hpp"

namespace leadsman::plugin {
namespace {

using test::scripted_plugin;
using testing::HasSubstr;
using testing::Not;

std::string checked(const std::filesystem::path& folder) {
  asio::io_context io;
  report found;
  const auto body = [&]() -> task<void> {
    auto checking = check_plugin(folder);
    found = co_await std::move(checking);
  };
  spawn(io.get_executor(), "test", body);
  io.run();
  const std::string text = to_text(found, folder);
  EXPECT_EQ(found.good(), text.contains("It keeps to the protocol.")) << text;
  return text;
}

TEST(PluginCheck, FindsTheExampleGood) {
  const std::string text = checked(std::filesystem::absolute("plugins/example"));
  EXPECT_THAT(text, HasSubstr("It keeps to the protocol."));
  EXPECT_THAT(text, Not(HasSubstr("✗")));
  EXPECT_THAT(text, HasSubstr("metric.query answers the sample with series"));
  EXPECT_THAT(text, HasSubstr("digest " + folder_digest("plugins/example").value()));
}

TEST(PluginCheck, SaysWhatAPluginDoesInstead) {
  // Answers whatever it is asked, and only what has an id.
  const scripted_plugin agreeable("say 1");
  const std::string text = checked(agreeable.files().path());
  EXPECT_THAT(text, HasSubstr("✓ introduces itself as its manifest does"));
  EXPECT_THAT(text, HasSubstr("✗ answers a method that it does not have with -32601\n      it answered with a result: '1'"));
  EXPECT_THAT(text, HasSubstr("points are not as docs/plugins.md says"));
}

TEST(PluginCheck, SaysWhichKeyOfAnAnswerIsWrong) {
  const scripted_plugin agreeable("say '{\"series\":7}'");
  EXPECT_THAT(checked(agreeable.files().path()), HasSubstr("it gave a wrong answer: series: expected a list, found the number 7"));
}

TEST(PluginCheck, FindsWhatIsSaidUnasked) {
  const scripted_plugin chatty("say 1", "echo Hello");
  EXPECT_THAT(checked(chatty.files().path()), HasSubstr("✗ says nothing before it is asked\n      it wrote 'Hello'"));
}

TEST(PluginCheck, ShowsTheLogOfAPluginThatEnds) {
  const scripted_plugin broken("exit", "echo 'no module named shop' >&2; exit 4");
  EXPECT_THAT(checked(broken.files().path()), HasSubstr("it ended with exit code 4; the last line of its log: no module named shop"));
}

TEST(PluginCheck, FindsWhatDoesNotEndWithItsInput) {
  const scripted_plugin stubborn("say 1", "", "while :; do sleep 0.01; done");
  EXPECT_THAT(checked(stubborn.files().path()), HasSubstr("✗ ends within 2 s of the end of its stdin, with exit code 0\n      it did not end in 2.0s"));
}

TEST(PluginCheck, NeedsAFolderAndAManifest) {
  const leadsman::test::temporary_folder empty;
  EXPECT_THAT(checked("/no/such/folder"), HasSubstr("✗ is a folder of files\n      there is no folder"));
  EXPECT_THAT(checked(empty.path()), HasSubstr("✗ has a manifest, plugin.json\n      there is no plugin.json"));
}

}  // namespace
}  // namespace leadsman::plugin
