#pragma once

#include <string>
#include <string_view>

// The words that a GitHub runner obeys in a step's output. All pure.
namespace leadsman::action::github {

std::string escape_data(std::string_view text);      // %25 %0D %0A
std::string escape_property(std::string_view text);  // also %3A %2C

enum class level { error, warning, notice };

struct annotation {
  github::level level = level::error;
  std::string title;
  std::string message;  // cut at 4,096 characters, as GitHub would
  std::string file;     // relative to the workspace; empty: none
  int line = 0;         // 0: none
};

std::string annotate(const annotation& what);
std::string begin_group(std::string_view title);
std::string end_group();
std::string add_mask(std::string_view secret_line);

// A line that nobody but us wrote may still carry a name of somebody's choice: the runner finds nothing to obey in what
// this returns, neither at its start nor in its middle ("##[...]" is found anywhere).
std::string harmless(std::string_view line);

// Between the two the runner obeys nothing. The token is random, so that nobody can end it from inside.
std::string stop_commands(std::string_view token);
std::string resume_commands(std::string_view token);

// "name<<delimiter\nvalue\ndelimiter\n", for $GITHUB_OUTPUT. The delimiter is random.
std::string output_entry(std::string_view name, std::string_view value, std::string_view delimiter);

}  // namespace leadsman::action::github
