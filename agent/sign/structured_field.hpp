#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

// Structured field dictionaries (RFC 8941), as far as the signature headers use them.
namespace leadsman::sign {

struct sf_bytes {
  std::string data;
};
struct sf_other {};  // a token, boolean or decimal: valid, and of no use here
using sf_value = std::variant<sf_other, int64_t, std::string, sf_bytes>;
using sf_params = std::vector<std::pair<std::string, sf_value>>;

struct sf_item {
  sf_value value;
  sf_params params;
};

struct sf_member {
  std::string key;
  bool is_list = false;
  std::vector<sf_item> items;  // one, unless it is a list
  sf_params params;            // of the list; those of a single item are the item's
  std::string text;            // the value with its parameters as received
};

// Absent when the text does not follow the grammar or a key stands twice.
std::optional<std::vector<sf_member>> parse_dictionary(std::string_view text);

}  // namespace leadsman::sign
