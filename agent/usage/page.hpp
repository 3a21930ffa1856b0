#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace leadsman::usage {

// "-o, --output FORMAT", "LEADSMAN_KEY" or "0", and what that means.
struct entry {
  std::string term;
  std::string meaning;
};

struct section {
  std::string title;
  std::string text;  // before the entries; may be empty
  std::vector<entry> entries;
};

struct example {
  std::string meaning;
  std::string line;  // as it is typed
};

// What there is to say about one command, for the terminal and for man. ASCII.
struct page {
  std::string name;  // "leadsman deploy"
  std::string brief;
  std::string synopsis;
  std::vector<std::string> about;  // paragraphs
  std::vector<section> sections;
  std::vector<example> examples;
  std::vector<std::string> more;  // where to read on
};

// For a terminal of so many columns. A word that is wider than that stands out.
std::string help_text(const page& shown, size_t columns);

// In man(7)'s language, for section 1.
std::string man_text(const page& shown, const std::string& version);

}  // namespace leadsman::usage
