#include "action/input/command_line.hpp"

#include "action/completion/script.hpp"
#include "action/input/declaration.hpp"
#include "action/input/help.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"
#include "usage/complain.hpp"
#include "usage/describe.hpp"
#include "usage/option.hpp"

namespace leadsman::action {

namespace {

parting_words wrong(std::string text) { return {exit_code::invalid_input, "leadsman: " + std::move(text) + "\n"}; }

// "help key generate": the page of that command.
std::variant<arguments, parting_words> explain(const CLI::App& app, const raw_words& raw, size_t columns) {
  const CLI::App* at = &app;
  for (const std::string& word : raw.topic) {
    const std::vector<const CLI::App*> below = usage::commands_of(*at);
    const auto next = std::ranges::find(below, word, &CLI::App::get_name);
    if (next == below.end()) {
      std::vector<std::string> known;
      for (const CLI::App* each : below) known.push_back(each->get_name());
      return wrong("there is no command '" + truncate(word, 60) + "' of '" + usage::full_name(*at) + "'" + usage::suggestion(word, known) +
                   "\n  see: leadsman --help");
    }
    at = *next;
  }
  const usage::page page = page_of(*at);
  return parting_words{exit_code::succeeded, raw.wants_man ? usage::man_text(page, LEADSMAN_VERSION) : usage::help_text(page, columns)};
}

std::variant<arguments, parting_words> finish(raw_words& raw) {
  arguments& a = raw.parsed;
  if (!raw.patience.empty()) {
    const auto patience = parse_duration(raw.patience);
    if (!patience) return wrong("--patience: " + patience.error().message);
    a.patience = *patience;
  }
  if (!raw.window.empty()) {
    const auto window = parse_duration(raw.window);
    if (!window) return wrong("--window: " + window.error().message);
    a.window = raw.window;
  }
  if (a.key.starts_with("ed25519")) {
    return wrong(
        "--key: expected is a file: what stands on a command line can be read by every process of this machine. Put the key "
        "into a file, or into LEADSMAN_KEY");
  }
  a.until_paused = raw.until == "paused";
  a.output = raw.output == "json" ? output_format::events : output_format::text;
  for (const auto& [name, value] : raw.choices) {
    if (!value.empty()) spec::set_choice(a.inputs, name, value);
  }
  return std::move(a);
}

arguments completion_of(std::vector<std::string> words) {
  arguments asked;
  asked.verb = verb::complete;
  asked.words = std::move(words);
  return asked;
}

}  // namespace

std::variant<arguments, parting_words> parse_command_line(std::vector<std::string> words, size_t columns) {
  // The words of a line that is still being written are no options of ours.
  if (!words.empty() && words.front() == k_complete_command) return completion_of({words.begin() + 1, words.end()});
  raw_words raw;
  CLI::App app;
  declare(app, raw);
  const std::vector<std::string> given = words;
  std::ranges::reverse(words);  // as CLI11 wants it
  try {
    app.parse(words);
  } catch (const CLI::CallForHelp&) {
    return parting_words{exit_code::succeeded, usage::help_text(page_of(usage::reached(app)), columns)};
  } catch (const CLI::CallForVersion& e) {
    return parting_words{exit_code::succeeded, std::string(e.what()) + "\n"};
  } catch (const CLI::ParseError& e) {
    return parting_words{exit_code::invalid_input, usage::complain(app, given, e)};
  }
  if (raw.wants_help) return explain(app, raw, columns);
  if (!raw.shell.empty()) return parting_words{exit_code::succeeded, completion_script(raw.shell)};
  return finish(raw);
}

}  // namespace leadsman::action
