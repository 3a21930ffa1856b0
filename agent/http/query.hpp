#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace leadsman::http {

// Absent when a '%' is not followed by two hexadecimal digits, or stands for a control character.
std::optional<std::string> percent_decode(std::string_view text);

// The query of a request, read strictly as document::object_reader reads JSON: ask for every key, then finish().
class query_reader {
 public:
  explicit query_reader(std::string_view query);

  std::string text(std::string_view key, std::string_view fallback = "");
  uint64_t number(std::string_view key, uint64_t fallback, uint64_t least, uint64_t most);

  // Errors: invalid_input, the first thing that was wrong; `field` is the key.
  result<void> finish();

 private:
  const std::string* find(std::string_view key);
  void reject(std::string_view key, std::string message);

  std::map<std::string, std::string, std::less<>> values_;
  std::set<std::string, std::less<>> known_;
  std::optional<error> first_error_;
};

// A whole number as it stands in queries and headers. Absent for anything else.
std::optional<uint64_t> parse_number(std::string_view text);

}  // namespace leadsman::http
