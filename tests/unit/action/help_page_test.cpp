#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "action/input/command_line.hpp"
#include "action/input/declaration.hpp"
#include "action/input/help.hpp"
#include "action/input/manual.hpp"
#include "base/text.hpp"
#include "usage/describe.hpp"
#include "usage/option.hpp"

namespace leadsman::action {
namespace {

using ::testing::HasSubstr;

struct whole_program {
  raw_words raw;
  CLI::App app;
  whole_program() { declare(app, raw); }
};

void collect(const CLI::App& from, std::vector<const CLI::App*>& all) {
  all.push_back(&from);
  for (const CLI::App* each : usage::commands_of(from)) collect(*each, all);
}

std::vector<const CLI::App*> every_command(const whole_program& program) {
  std::vector<const CLI::App*> all;
  collect(program.app, all);
  return all;
}

std::string text_of_file(const char* name) {
  std::ifstream file(name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string said(std::vector<std::string> words, size_t columns = 80) {
  const auto out = parse_command_line(std::move(words), columns);
  const auto* text = std::get_if<parting_words>(&out);
  return text ? text->text : "";
}

// As a shell takes a line apart, as far as examples need it.
std::vector<std::string> words_of_line(std::string_view line) {
  std::vector<std::string> words(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    else if (c == ' ' && !quoted) words.emplace_back();
    else words.back() += c;
  }
  return words;
}

TEST(HelpPage, EveryCommandHasAManualAndTheReverse) {
  const whole_program program;
  std::vector<std::string> commands, described;
  for (const CLI::App* each : every_command(program)) commands.push_back(each->get_parent() ? usage::full_name(*each).substr(9) : "");
  for (const manual& each : manuals()) described.emplace_back(each.command);
  EXPECT_THAT(described, ::testing::UnorderedElementsAreArray(commands));
}

TEST(HelpPage, EveryOptionSaysWhatItIsAndWhatItTakes) {
  const whole_program program;
  for (const CLI::App* command : every_command(program)) {
    for (const CLI::Option* option : usage::options_of(*command)) {
      const std::string name = usage::full_name(*command) + " " + option->get_name();
      EXPECT_FALSE(option->get_description().empty()) << name;
      if (usage::takes_value(*option)) {
        EXPECT_THAT(usage::placeholder_of(*option), ::testing::Not(::testing::AnyOf("INT", "FLOAT", ""))) << name;
      }
    }
  }
}

TEST(HelpPage, KeepsWithinTheTerminalAndIsAscii) {
  const whole_program program;
  for (const size_t columns : {60, 80, 120}) {
    for (const CLI::App* command : every_command(program)) {
      const std::string page = usage::help_text(page_of(*command), columns);
      for (const std::string_view line : split(page, '\n')) {
        // What can be typed is not broken.
        const bool is_whole = trim(line).starts_with("$ ") || trim(line).starts_with("-");
        if (!is_whole) {
          EXPECT_LE(line.size(), columns) << line;
        }
        for (const char c : line) EXPECT_TRUE(c >= ' ' && c <= '~') << line;
      }
    }
  }
}

TEST(HelpPage, ShowsDefaultsAllowedWordsVariablesCodesAndExamples) {
  const std::string page = said({"deploy", "--help"}, 120);
  EXPECT_THAT(page, HasSubstr("Usage: leadsman deploy [RELEASE] [OPTION]..."));
  EXPECT_THAT(page, HasSubstr("rollback (default) | keep"));
  EXPECT_THAT(page, HasSubstr("(default 5m)"));
  EXPECT_THAT(page, HasSubstr("--prove-tests[=true|false]"));
  EXPECT_THAT(page, HasSubstr("LEADSMAN_KEY"));
  EXPECT_THAT(page, HasSubstr("  8     failed, and the way back failed too"));
  EXPECT_THAT(page, HasSubstr("$ leadsman deploy shop -e production --set image.tag=v7"));
  EXPECT_THAT(page, HasSubstr("docs/cli.md"));
  EXPECT_THAT(said({"rollback", "-h"}), HasSubstr("Usage: leadsman rollback [REVISION] --reason TEXT [OPTION]..."));
}

TEST(HelpPage, HelpOfACommandIsItsPage) {
  EXPECT_EQ(said({"help", "deploy"}), said({"deploy", "--help"}));
  EXPECT_EQ(said({"help", "key", "generate"}), said({"key", "generate", "--help"}));
  EXPECT_EQ(said({"help"}), said({"--help"}));
  EXPECT_THAT(said({"help", "--man", "plan"}), HasSubstr(".TH \"LEADSMAN\\-PLAN\" 1"));
}

TEST(HelpPage, HelpOfNoCommandSaysWhichWasMeant) {
  const auto out = parse_command_line({"help", "deplyo"});
  const auto& words = std::get<parting_words>(out);
  EXPECT_EQ(words.code, exit_code::invalid_input);
  EXPECT_THAT(words.text, HasSubstr("'deplyo' of 'leadsman'\n  did you mean 'deploy'?"));
}

TEST(HelpPage, WhatTheExamplesTypeIsAccepted) {
  for (const manual& each : manuals()) {
    for (const usage::example& example : each.examples) {
      const size_t starts = example.line.find("leadsman ");
      ASSERT_NE(starts, std::string::npos) << example.line;
      std::vector<std::string> words = words_of_line(example.line.substr(starts + 9, example.line.find_first_of(">)", starts) - starts - 9));
      if (words.back().empty()) words.pop_back();
      const auto out = parse_command_line(words);
      const auto* refused = std::get_if<parting_words>(&out);
      EXPECT_TRUE(!refused || refused->code == exit_code::succeeded) << example.line << "\n"
                                                                     << refused->text;
    }
  }
}

TEST(HelpPage, DocumentsListEveryCommandAndEveryExitCode) {
  const std::string document = text_of_file("docs/cli.md");
  for (const manual& each : manuals()) {
    if (each.command.empty() || each.command == "key" || each.command == "plugin") continue;
    EXPECT_THAT(document, HasSubstr("| `" + std::string(each.command))) << each.command;
  }
  for (const exit_meaning& each : k_exit_meanings) {
    EXPECT_THAT(document, HasSubstr("\n| " + std::to_string(static_cast<int>(each.code)) + " |")) << each.text;
  }
  for (const usage::entry& each : environment_variables()) {
    if (each.term.find(',') == std::string::npos) {
      EXPECT_THAT(document, HasSubstr("`" + each.term + "`"));
    }
  }
}

}  // namespace
}  // namespace leadsman::action
