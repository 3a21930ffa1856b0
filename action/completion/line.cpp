#include "action/completion/line.hpp"

#include <algorithm>

#include "usage/option.hpp"

namespace leadsman::action {

namespace {

const CLI::Option* option_named(const CLI::App& command, const std::string& name) {
  for (const CLI::Option* option : usage::options_of(command)) {
    const std::vector<std::string> names = usage::names_of(*option);
    if (std::ranges::find(names, name) != names.end()) return option;
  }
  return nullptr;
}

const CLI::App* command_named(const CLI::App& in, const std::string& name) {
  const std::vector<const CLI::App*> all = usage::commands_of(in);
  const auto at = std::ranges::find(all, name, &CLI::App::get_name);
  return at == all.end() ? nullptr : *at;
}

class line_reader {
 public:
  explicit line_reader(const CLI::App& app) {
    line_.command = &app;
    line_.topic = &app;
  }

  void take(const std::string& word) {
    if (pending_) return take_value(word);
    if (line_.only_arguments || !word.starts_with('-')) return take_word(word);
    if (word == "--") line_.only_arguments = true;
    else take_option(word);
  }

  begun_line finish(const std::string& word) {
    line_.begun = word;
    line_.of_option = pending_;
    const size_t equals = word.find('=');
    if (pending_ || line_.only_arguments || !word.starts_with("--") || equals == std::string::npos) return line_;
    line_.of_option = option_named(*line_.command, word.substr(0, equals));
    line_.option_and_equals = word.substr(0, equals + 1);
    line_.begun = word.substr(equals + 1);
    return line_;
  }

 private:
  void take_value(const std::string& value) {
    if (pending_->check_lname("file")) line_.config = value;
    pending_ = nullptr;
  }

  // "--file", "--file=x", "-f"; "-fx" has its value with it.
  void take_option(const std::string& word) {
    const size_t equals = word.find('=');
    const bool is_long = word.starts_with("--");
    const CLI::Option* const option = option_named(*line_.command, is_long ? word.substr(0, equals) : word.substr(0, 2));
    if (!option) return;
    line_.given.push_back(option);
    if (!usage::takes_value(*option)) return;
    pending_ = option;
    if (is_long && equals != std::string::npos) take_value(word.substr(equals + 1));
    else if (!is_long && word.size() > 2) take_value(word.substr(2));
  }

  void take_word(const std::string& word) {
    if (const CLI::App* const next = line_.arguments == 0 ? command_named(*line_.command, word) : nullptr) {
      line_.command = next;
      return;
    }
    ++line_.arguments;
    if (const CLI::App* const next = command_named(*line_.topic, word)) line_.topic = next;
  }

  begun_line line_;
  const CLI::Option* pending_ = nullptr;  // its value comes next
};

}  // namespace

begun_line read_line(const CLI::App& app, std::span<const std::string> words) {
  line_reader reader(app);
  if (words.empty()) return reader.finish("");
  for (const std::string& word : words.first(words.size() - 1)) reader.take(word);
  return reader.finish(words.back());
}

}  // namespace leadsman::action
