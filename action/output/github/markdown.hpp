#pragma once

#include <span>
#include <string>
#include <string_view>

// Markdown that holds text of others without giving it a meaning.
namespace leadsman::action::github {

std::string escape_markdown(std::string_view text);  // one line: for headings, table cells, sentences
std::string code_span(std::string_view text);        // one line
// The fence is longer than any in the text, so that nothing inside ends it.
std::string fenced(std::span<const std::string> lines, std::string_view language = "text");
// "https://…" as a link when it is one, else as escaped text.
std::string link(std::string_view text, std::string_view url);

}  // namespace leadsman::action::github
