#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leadsman::action {

// Text of anyone (logs, pods, helm) as one line that a terminal or a job log shows and never obeys: escape sequences are
// removed, line ends become spaces, tabs two spaces, other control and direction-changing characters and broken UTF-8
// become U+FFFD. Nothing else changes.
std::string clean_line(std::string_view raw);

// The same for text of several lines (\n, \r\n, \r), without an empty last one.
std::vector<std::string> clean_lines(std::string_view raw);

}  // namespace leadsman::action
