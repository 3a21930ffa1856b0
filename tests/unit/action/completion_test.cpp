#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "action/completion/candidates.hpp"
#include "action/completion/names.hpp"
#include "action/completion/script.hpp"
#include "action/input/command_line.hpp"
#include "action/input/declaration.hpp"
#include "base/text.hpp"
#include "support/temporary_folder.hpp"

namespace leadsman::action {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

known_names two_files(const std::string& file) {
  if (file == "ops.yaml") return {{"billing"}, {"qa east"}};
  return {{"shop", "shipping", "web"}, {"production", "staging"}};
}

// A '|' stands between two words.
candidates completed(std::string_view line) {
  raw_words raw;
  CLI::App app;
  declare(app, raw);
  std::vector<std::string> words;
  for (const std::string_view word : split(line, '|')) words.emplace_back(word);
  return complete(read_line(app, words), two_files);
}

std::vector<std::string> words_for(std::string_view line) {
  std::vector<std::string> words;
  for (const candidate& each : completed(line).words) words.push_back(each.word);
  return words;
}

struct completion_case {
  const char* name;
  const char* line;
  std::vector<std::string> words;
};

TEST(Completion, FindsWhatTheBegunWordCanBecome) {
  const completion_case cases[]{
      {"a command", "dep", {"deploy"}},
      {"a command below another", "key|", {"generate"}},
      {"no command after an argument", "deploy|shop|", {}},
      {"a release", "deploy|sh", {"shipping", "shop"}},
      {"a release after options", "deploy|--force-conflicts|--set|a=b|-n|web|we", {"web"}},
      {"a release by option", "rollback|-r|", {"shipping", "shop", "web"}},
      {"an environment", "deploy|shop|-e|prod", {"production"}},
      {"an environment in one word", "deploy|shop|--environment=prod", {"--environment=production"}},
      {"names of the file that is named", "status|-f|ops.yaml|", {"billing"}},
      {"names of the file that is named, in one word", "status|--file=ops.yaml|-e|", {"qa east"}},
      {"words of a choice", "deploy|--on-failure|", {"rollback", "keep"}},
      {"words of a choice in one word", "deploy|--on-failure=k", {"--on-failure=keep"}},
      {"words of a switch", "deploy|--prove-tests=", {"--prove-tests=true", "--prove-tests=false"}},
      {"an output", "status|-o|j", {"json"}},
      {"a mode", "cancel|1|--mode|p", {"pause"}},
      {"a shell", "completion|", {"bash", "zsh", "fish"}},
      {"an option", "deploy|--on-f", {"--on-failure", "--on-first-failure"}},
      {"an option that is given already", "deploy|--on-failure|keep|--on-f", {"--on-first-failure"}},
      {"an option that may be repeated", "deploy|--set|a=b|--set", {"--set", "--set-string"}},
      {"no option of another command", "follow|1|--chart", {}},
      {"what an unknown option would take", "deploy|--nonsense=", {}},
      {"the value of an option is no command", "deploy|--version|pl", {}},
      {"topics of help", "help|roll", {"rollback"}},
      {"topics of help, below", "help|key|", {"generate"}},
      {"after --", "deploy|--|sh", {"shipping", "shop"}},
  };
  for (const completion_case& c : cases) EXPECT_THAT(words_for(c.line), ::testing::UnorderedElementsAreArray(c.words)) << c.name;
}

TEST(Completion, NothingYetMeansEveryCommandButTheHiddenOne) {
  EXPECT_THAT(words_for(""), ::testing::IsSupersetOf({"deploy", "plan", "key", "completion", "help"}));
  EXPECT_THAT(words_for(""), Not(Contains(std::string(k_complete_command))));
}

TEST(Completion, LeavesFilesAndFoldersToTheShell) {
  EXPECT_TRUE(completed("deploy|--values|").files);
  EXPECT_TRUE(completed("deploy|--values=x").files);
  EXPECT_TRUE(completed("deploy|-f|").files);
  EXPECT_TRUE(completed("key|generate|--out|").files);
  EXPECT_TRUE(completed("deploy|--chart|").folders);
  EXPECT_FALSE(completed("deploy|--chart|").files);
  EXPECT_FALSE(completed("deploy|--namespace|").files);
}

TEST(Completion, AnswersALineEach) {
  EXPECT_EQ(write_answer({{{"shop", "release"}, {"json", ""}}, true, false}), "shop\trelease\njson\t\n:files\n");
}

TEST(Completion, TheWordsOfALineAreNotTakenForOurs) {
  const auto out = parse_command_line({"__complete", "deploy", "--help", ""});
  const auto& asked = std::get<arguments>(out);
  EXPECT_EQ(asked.verb, verb::complete);
  EXPECT_THAT(asked.words, ElementsAre("deploy", "--help", ""));
}

TEST(Completion, NamesThatAreNoNamesAreNotOffered) {
  const test::temporary_folder folder;
  const std::string file = (folder.path() / "leadsman.yaml").string();
  std::ofstream(file) << "releases:\n  shop: {chrat: x}\n  \"$(touch x)\": {}\n  \"a b\": {}\n  \"a\\tb\": {}\n"
                         "environments:\n  qa east:\n  \"`id`\":\n  \"-rf\":\n  production:\n";
  const known_names names = names_in_config(file);
  EXPECT_THAT(names.releases, ElementsAre("shop"));
  EXPECT_THAT(names.environments, ElementsAre("production", "qa east"));
}

TEST(Completion, AFileThatCannotBeReadHasNoNames) {
  const test::temporary_folder folder;
  EXPECT_THAT(names_in_config((folder.path() / "missing.yaml").string()).releases, IsEmpty());
  const std::string file = (folder.path() / "broken.yaml").string();
  std::ofstream(file) << "releases: [\n";
  EXPECT_THAT(names_in_config(file).releases, IsEmpty());
}

TEST(Completion, EveryShellHasAScriptThatAsksTheProgram) {
  for (const char* const shell : k_shells) {
    const auto out = parse_command_line({"completion", shell});
    const auto& words = std::get<parting_words>(out);
    EXPECT_EQ(words.code, exit_code::succeeded) << shell;
    EXPECT_THAT(words.text, ::testing::HasSubstr("command leadsman __complete")) << shell;
    EXPECT_THAT(words.text, Not(::testing::HasSubstr("eval"))) << shell;
  }
}

}  // namespace
}  // namespace leadsman::action
