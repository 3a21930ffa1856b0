#include "app/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::app {
namespace {

using ::testing::HasSubstr;

parting_words answer_to(std::vector<std::string> words) {
  const auto out = parse_command_line(std::move(words), 80);
  const auto* text = std::get_if<parting_words>(&out);
  return text ? *text : parting_words{-1, ""};
}

TEST(AgentCommandLine, ReadsWhatAnEmbeddedAgentIsGiven) {
  const auto out = parse_command_line({"--embedded", "--socket", "/run/s", "--state", "/var/s", "--kubeconfig", "k"}, 80);
  const auto& given = std::get<arguments>(out);
  EXPECT_TRUE(given.embedded);
  EXPECT_EQ(given.socket, "/run/s");
  EXPECT_EQ(given.state, "/var/s");
  EXPECT_EQ(given.kubeconfig, "k");
  EXPECT_EQ(given.config_file, "/etc/leadsman/agent.yaml");
}

TEST(AgentCommandLine, IsToldWhichPluginToCheck) {
  const auto out = parse_command_line({"plugin", "check", "house"}, 80);
  EXPECT_EQ(std::get<arguments>(out).plugin_to_check, "house");
  EXPECT_EQ(answer_to({"plugin", "check"}).code, 2);
  EXPECT_EQ(answer_to({"plugin"}).code, 2);
}

TEST(AgentCommandLine, HelpSaysDefaultsVariablesCodesAndExamples) {
  const parting_words page = answer_to({"--help"});
  EXPECT_EQ(page.code, 0);
  for (const char* const part : {"Usage: leadsman-agent [OPTION]...", "(default /etc/leadsman/agent.yaml)", "LEADSMAN_LISTEN", "Exit codes",
                                 "--check-config", "docs/configuration.md"}) {
    EXPECT_THAT(page.text, HasSubstr(part));
  }
  EXPECT_THAT(answer_to({"--man"}).text, HasSubstr(".TH \"LEADSMAN\\-AGENT\" 1"));
}

TEST(AgentCommandLine, SaysWhatIsWrongAndWhatWasProbablyMeant) {
  EXPECT_EQ(answer_to({"--confg", "x"}).code, 2);
  EXPECT_THAT(answer_to({"--confg", "x"}).text, HasSubstr("'--confg' is not an option of 'leadsman-agent'\n  did you mean '--config'?"));
  EXPECT_THAT(answer_to({"--socket", "x"}).text, HasSubstr("--embedded"));
}

}  // namespace
}  // namespace leadsman::app
