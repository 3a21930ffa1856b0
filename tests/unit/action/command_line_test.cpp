#include "action/input/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "action/input/policy_flags.hpp"
#include "base/text.hpp"

namespace leadsman::action {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::variant<arguments, parting_words> parse(std::string_view line) {
  std::vector<std::string> words;
  for (const std::string_view word : split(line, ' ')) if (!word.empty()) words.emplace_back(word);
  return parse_command_line(std::move(words));
}

arguments parsed(std::string_view line) {
  auto out = parse(line);
  if (const auto* words = std::get_if<parting_words>(&out)) ADD_FAILURE() << words->text;
  return std::holds_alternative<arguments>(out) ? std::get<arguments>(std::move(out)) : arguments{};
}

parting_words refused(std::string_view line) {
  auto out = parse(line);
  return std::holds_alternative<parting_words>(out) ? std::get<parting_words>(std::move(out)) : parting_words{};
}

TEST(CommandLine, ReadsADeployment) {
  const arguments a = parsed("deploy shop -f ops/leadsman.yaml -e production --set a=1 --set b=2,c=3 --set-string d=4 "
                             "--values x.yaml --values y.yaml -n web --agent unix:/run/a.sock --version v7 --patience 2m");
  EXPECT_EQ(a.verb, verb::deploy);
  EXPECT_EQ(a.release, "shop");
  EXPECT_EQ(a.config, "ops/leadsman.yaml");
  EXPECT_EQ(a.environment, "production");
  EXPECT_THAT(a.inputs.set, ElementsAre("a=1", "b=2,c=3"));
  EXPECT_THAT(a.inputs.set_string, ElementsAre("d=4"));
  EXPECT_THAT(a.inputs.values, ElementsAre("x.yaml", "y.yaml"));
  EXPECT_EQ(a.inputs.name_space, "web");
  EXPECT_EQ(a.inputs.agent, "unix:/run/a.sock");
  EXPECT_EQ(a.version, "v7");
  EXPECT_EQ(a.patience, std::chrono::minutes(2));
}

TEST(CommandLine, ReadsACanaryThatIsDrivenByHand) {
  const arguments a = parsed("deploy shop --canary-weight 5 --until paused");
  EXPECT_EQ(a.inputs.canary_weight, 5);
  EXPECT_TRUE(a.until_paused);
  EXPECT_FALSE(parsed("deploy shop").until_paused);
  EXPECT_EQ(parsed("retry 0193-a").verb, verb::retry);
  EXPECT_EQ(parsed("retry 0193-a").id, "0193-a");
}

TEST(CommandLine, AListFlagTakesOneValueAndLeavesTheReleaseAlone) {
  const arguments a = parsed("deploy --set a=1 shop");
  EXPECT_EQ(a.release, "shop");
  EXPECT_THAT(a.inputs.set, ElementsAre("a=1"));
}

TEST(CommandLine, EveryChoiceIsAFlag) {
  const arguments a = parsed("deploy shop --on-failure keep --timeout 90s --history-max 30 --force-conflicts --prove-tests=false");
  EXPECT_EQ(a.inputs.policy.at("on-failure"), "keep");
  EXPECT_EQ(a.inputs.policy.at("timeout"), "90s");
  EXPECT_EQ(a.inputs.policy.at("history-max"), 30);
  EXPECT_EQ(a.inputs.policy.at("force-conflicts"), true);
  EXPECT_EQ(a.inputs.policy.at("prove-tests"), false);
  EXPECT_TRUE(parsed("deploy shop").inputs.policy.empty()) << "what is not said stays leadsman.yaml's";
  for (const policy_flag& flag : policy_flags()) EXPECT_FALSE(flag.meaning.empty()) << flag.name;
}

TEST(CommandLine, ASwitchDoesNotSwallowTheRelease) {
  EXPECT_EQ(parsed("deploy --force-conflicts shop").release, "shop");
}

TEST(CommandLine, ReadsTheOtherVerbs) {
  EXPECT_EQ(parsed("follow 0193-a").id, "0193-a");
  const arguments rollback = parsed("rollback 3 -r shop -n web --reason bad");
  EXPECT_EQ(rollback.verb, verb::rollback);
  EXPECT_EQ(rollback.revision, 3);
  EXPECT_EQ(rollback.release, "shop");
  EXPECT_EQ(parsed("cancel 0193-a --mode pause").mode, "pause");
  EXPECT_EQ(parsed("history shop -n web --output json").output, output_format::events);
  EXPECT_EQ(parsed("key generate --out k").out_file, "k");
  EXPECT_EQ(parsed("plugin check house").folder, "house");
  EXPECT_EQ(parsed("action").verb, verb::action);
}

struct refused_case {
  const char* name;
  const char* line;
  const char* says;
};

TEST(CommandLine, SaysWhatIsWrongAndWhatWasProbablyMeant) {
  const refused_case cases[]{
      {"unknown flag", "deploy shop --namepsace web", "did you mean '--namespace'?"},
      {"unknown flag beside a missing one", "rollback -r shop --reson bad", "'--reson' is not an option of 'leadsman rollback'\n  did you mean '--reason'?"},
      {"unknown word of a choice", "deploy shop --on-failure kep", "--on-failure: 'kep' is not known; allowed is one of rollback or keep (did you mean 'keep'?)"},
      {"unknown word of a switch", "deploy shop --prove-tests=maybe", "'maybe' is not known; allowed is one of true or false"},
      {"unknown verb below", "key generat", "'generat' is not a command\n  did you mean 'generate'?\n  see: leadsman key --help"},
      {"no verb below", "key", "say what to do: generate"},
      {"flag before the verb", "--agent x deploy", "'--agent' has to stand after 'leadsman deploy'"},
      {"unknown choice", "deploy shop --on-failur keep", "did you mean '--on-failure'?"},
      {"unknown verb", "deplyo shop", "'deplyo' is not a command\n  did you mean 'deploy'?"},
      {"no verb", "", "say what to do: one of deploy"},
      {"missing id", "follow", "id is required"},
      {"unknown mode", "cancel 1 --mode explode", "explode"},
      {"revision zero", "rollback 0 -r shop --reason x", "0"},
      {"rollback without reason", "rollback -r shop", "--reason is required"},
      {"patience", "status shop --patience soon", "--patience"},
      {"output", "status shop --output xml", "xml"},
      {"a key as text", "status shop --key ed25519-secret:AAAA", "expected is a file"},
      {"two releases", "deploy shop web", "'web' is one word too many for 'leadsman deploy'"},
      {"unknown shell", "completion bsh", "did you mean 'bash'?"},
  };
  for (const refused_case& c : cases) {
    const parting_words words = refused(c.line);
    EXPECT_EQ(words.code, exit_code::invalid_input) << c.name;
    EXPECT_THAT(words.text, HasSubstr(c.says)) << c.name;
  }
}

TEST(CommandLine, HelpAndVersionAreNoErrors) {
  EXPECT_EQ(refused("--version").code, exit_code::succeeded);
  EXPECT_THAT(refused("--version").text, HasSubstr("leadsman "));
  EXPECT_THAT(refused("--help").text, HasSubstr("rollback"));
  EXPECT_THAT(refused("deploy --help").text, HasSubstr("--on-first-failure"));
}

}  // namespace
}  // namespace leadsman::action
