#include "helm/assignment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <utility>

#include "base/text.hpp"

namespace leadsman::helm {

namespace {

constexpr size_t k_max_index = 65'536;  // helm's limits
constexpr size_t k_max_depth = 30;

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, {}, [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
}

// A leading zero makes text of a number ("007"), and so does anything with a point.
json typed_value(std::string text, set_typing typing) {
  if (typing == set_typing::text) return text;
  if (equals_ignoring_case(text, "true")) return true;
  if (equals_ignoring_case(text, "false")) return false;
  if (equals_ignoring_case(text, "null")) return nullptr;
  if (text == "0") return 0;
  if (text.empty() || text[0] == '0') return text;
  const char* first = text.data() + (text[0] == '+' ? 1 : 0);
  const char* last = text.data() + text.size();
  int64_t number = 0;
  const bool two_signs = text[0] == '+' && text.size() > 1 && text[1] == '-';
  const auto [end, ec] = std::from_chars(first, last, number);
  if (ec == std::errc{} && end == last && !two_signs) return number;
  return text;
}

// Reads one entry from left to right. Every function that can fail keeps the first error and stops the others.
class entry_parser {
 public:
  entry_parser(std::string_view entry, set_typing typing) : entry_(entry), typing_(typing) {}

  result<std::vector<assignment>> parse() {
    std::vector<assignment> all;
    while (at_ < entry_.size()) {
      assignment one;
      parse_path(one.path);
      if (!failure_) one.value = parse_value();
      if (failure_) return fail(std::move(*failure_));
      all.push_back(std::move(one));
    }
    return all;
  }

 private:
  struct piece {
    std::string text;
    char stop = '\0';  // which character ended it, already consumed; 0 at the end of the entry
  };

  // A backslash takes the next character as it is.
  piece read_until(std::string_view stops) {
    piece read;
    while (at_ < entry_.size()) {
      const char c = entry_[at_++];
      if (stops.find(c) != std::string_view::npos) {
        read.stop = c;
        return read;
      }
      if (c != '\\') {
        read.text += c;
      } else if (at_ < entry_.size()) {
        read.text += entry_[at_++];
      }
    }
    return read;
  }

  // key ('.' key | '[' index ']')* '='
  void parse_path(std::vector<assignment::step>& path) {
    while (!failure_) {
      const size_t from = at_;
      piece key = read_until("=[,.");
      if (key.stop == '\0') return reject(from, fmt::format("'{}' has no value; write {}=VALUE", key.text, key.text));
      if (key.stop == ',') return reject(from, fmt::format("'{}' has no value before the comma; a comma in a value is written \\,", key.text));
      if (key.text.empty()) return reject(from, "a name is missing");
      path.emplace_back(std::move(key.text));
      if (key.stop == '[') key.stop = parse_indices(path);
      if (key.stop == '=') break;
    }
    const auto keys = std::ranges::count_if(path, [](const auto& step) { return std::holds_alternative<std::string>(step); });
    if (static_cast<size_t>(keys) > k_max_depth + 1) reject(0, fmt::format("the name has more than {} levels", k_max_depth));
  }

  // Behind the first '['; returns what follows the last ']': '.' or '='.
  char parse_indices(std::vector<assignment::step>& path) {
    while (!failure_) {
      const size_t from = at_;
      const piece index = read_until("]");
      std::string_view digits = index.text;
      if (digits.starts_with('+')) digits.remove_prefix(1);
      size_t number = 0;
      const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
      if (index.stop != ']' || ec != std::errc{} || end != digits.data() + digits.size() || number > k_max_index) {
        reject(from, fmt::format("'{}' is not an index; a whole number from 0 to {} belongs between [ and ]", index.text, k_max_index));
        break;
      }
      path.emplace_back(number);
      const size_t behind = at_;
      const char next = at_ < entry_.size() ? entry_[at_++] : '\0';
      if (next == '.' || next == '=') return next;
      if (next != '[') reject(behind, "after ] comes '=', '.' or another '['");
    }
    return '\0';
  }

  json parse_value() {
    if (at_ < entry_.size() && entry_[at_] == '{') return parse_list();
    return typed_value(read_until(",").text, typing_);
  }

  // {a,b,c}: each element typed; there are no lists in lists.
  json parse_list() {
    const size_t from = at_++;
    json list = json::array();
    while (true) {
      piece element = read_until(",}");
      if (element.stop == '\0') {
        reject(from, "the list that starts with { must end with }");
        return list;
      }
      list.push_back(typed_value(std::move(element.text), typing_));
      if (element.stop == '}') break;
    }
    if (at_ < entry_.size() && entry_[at_] != ',') reject(at_, "after } comes ',' or the end; there are no lists in lists");
    if (at_ < entry_.size()) ++at_;
    return list;
  }

  // The value itself may be secret: messages show names, never what stands behind '='.
  void reject(size_t at, std::string message) {
    if (failure_) return;
    const std::string name = truncate(entry_.substr(0, entry_.find('=')), 80);
    const std::string flag = typing_ == set_typing::text ? "set-string" : "set";
    failure_ = error{errc::invalid_input, message + ".", fmt::format("{} {}: character {}", flag, name, at + 1)};
  }

  std::string_view entry_;
  set_typing typing_;
  size_t at_ = 0;
  std::optional<error> failure_;
};

}  // namespace

std::string path_text(const assignment& what, size_t length) {
  std::string text;
  for (size_t i = 0; i < std::min(length, what.path.size()); ++i) {
    if (const auto* key = std::get_if<std::string>(&what.path[i])) {
      text += (text.empty() ? "" : ".") + *key;
    } else {
      text += fmt::format("[{}]", std::get<size_t>(what.path[i]));
    }
  }
  return text;
}

namespace {

// Not document::describe, which shows the value: it may be secret.
std::string_view kind_of(const json& value) {
  if (value.is_object()) return "a map";
  if (value.is_array()) return "a list";
  return value.is_null() ? "null" : "a single value";
}

std::unexpected<error> wrong_shape(const assignment& what, size_t depth, const json& found, std::string_view wanted) {
  return fail(errc::invalid_input,
              fmt::format("'{}' is {} in the values given so far, not {}.", path_text(what, depth), kind_of(found), wanted),
              "set " + path_text(what));
}

// `node` stands at the first `depth` steps of the path and is about to be entered by the next one. As in helm, what does
// not exist is made, and under a list index whatever is no map gives way to one.
result<void> enter_map(json& node, bool exists, const assignment& what, size_t depth) {
  const bool under_index = depth > 0 && std::holds_alternative<size_t>(what.path[depth - 1]);
  if (!exists || (under_index && !node.is_object())) node = json::object();
  if (node.is_object()) return {};
  return wrong_shape(what, depth, node, "a map");
}

result<void> enter_list(json& node, bool exists, const assignment& what, size_t depth) {
  const bool under_index = depth > 0 && std::holds_alternative<size_t>(what.path[depth - 1]);
  if (!exists || (under_index && node.is_null())) node = json::array();
  if (node.is_array()) return {};
  return wrong_shape(what, depth, node, "a list");
}

}  // namespace

result<std::vector<assignment>> parse_assignments(std::string_view entry, set_typing typing) {
  return entry_parser(entry, typing).parse();
}

result<void> assign(json& values, const assignment& what) {
  json* node = &values;
  bool exists = true;
  for (size_t depth = 0; depth < what.path.size(); ++depth) {
    if (const auto* key = std::get_if<std::string>(&what.path[depth])) {
      LEADSMAN_CHECK(enter_map(*node, exists, what, depth));
      exists = node->contains(*key);
      node = &(*node)[*key];
    } else {
      LEADSMAN_CHECK(enter_list(*node, exists, what, depth));
      const size_t index = std::get<size_t>(what.path[depth]);
      exists = index < node->size();
      while (node->size() <= index) node->push_back(nullptr);
      node = &(*node)[index];
    }
  }
  *node = what.value;
  return {};
}

void copy_assigned(json& overlay, const json& values, const assignment& what) {
  json* to = &overlay;
  const json* from = &values;
  for (const auto& step : what.path) {
    const auto* key = std::get_if<std::string>(&step);
    if (!key) break;  // a list is replaced as a whole, so it is copied as a whole
    if (!to->is_object()) *to = json::object();
    to = &(*to)[*key];
    from = &from->at(*key);
  }
  *to = *from;
}

const json* find_assigned(const json& values, const assignment& what) {
  const json* node = &values;
  for (const auto& step : what.path) {
    if (const auto* key = std::get_if<std::string>(&step)) {
      if (!node->is_object() || !node->contains(*key)) return nullptr;
      node = &node->at(*key);
    } else {
      const size_t index = std::get<size_t>(step);
      if (!node->is_array() || node->size() <= index) return nullptr;
      node = &node->at(index);
    }
  }
  return node;
}

}  // namespace leadsman::helm
