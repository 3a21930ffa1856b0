#pragma once

#include <string>

namespace leadsman::model {

struct values_file {
  std::string name;  // as the user wrote it; for messages
  std::string content;

  bool operator==(const values_file&) const = default;
};

}  // namespace leadsman::model
