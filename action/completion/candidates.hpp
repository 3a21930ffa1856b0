#pragma once

#include <functional>
#include <string>
#include <vector>

#include "action/completion/line.hpp"

namespace leadsman::action {

struct candidate {
  std::string word;
  std::string meaning;  // may be empty
};

// The names in leadsman.yaml.
struct known_names {
  std::vector<std::string> releases;
  std::vector<std::string> environments;
};

// What the begun word can become.
struct candidates {
  std::vector<candidate> words;
  bool files = false;    // or any file, which the shell finds
  bool folders = false;
};

// `names_in` is asked only when names are needed, with what --file says (empty: nothing).
candidates complete(const begun_line& line, const std::function<known_names(const std::string&)>& names_in);

// A line each: the word, a tab, its meaning; then ":files" or ":folders" if they may stand here.
std::string write_answer(const candidates& found);

}  // namespace leadsman::action
