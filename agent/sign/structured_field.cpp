#include "sign/structured_field.hpp"

#include <algorithm>
#include <charconv>

#include "sign/hash.hpp"

namespace leadsman::sign {

namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alpha(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z');
}

// Each function reads one production from the front of `rest_` and says whether it was there.
class parser {
 public:
  explicit parser(std::string_view text) : rest_(text) {}

  bool dictionary(std::vector<sf_member>& out) {
    spaces(" ");
    while (!rest_.empty()) {
      sf_member next;
      if (!member(next)) return false;
      if (std::ranges::any_of(out, [&](const sf_member& m) { return m.key == next.key; })) return false;
      out.push_back(std::move(next));
      spaces(" \t");
      if (rest_.empty()) return true;
      if (!take(',')) return false;
      spaces(" \t");
      if (rest_.empty()) return false;  // a comma at the end
    }
    return true;
  }

 private:
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void spaces(std::string_view which) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(which), rest_.size()));
  }

  template <class Predicate>
  std::string_view run(Predicate accepted) {
    const auto end = std::ranges::find_if_not(rest_, accepted);
    const std::string_view text = rest_.substr(0, static_cast<size_t>(end - rest_.begin()));
    rest_.remove_prefix(text.size());
    return text;
  }

  bool key(std::string& out) {
    if (rest_.empty() || !(is_lower(rest_.front()) || rest_.front() == '*')) return false;
    out = run(
        [](char c) { return is_lower(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '*'; });
    return true;
  }

  bool member(sf_member& out) {
    if (!key(out.key)) return false;
    if (!take('=')) return out.items.emplace_back(), params(out.items.back().params);
    const std::string_view from = rest_;
    out.is_list = rest_.starts_with('(');
    if (out.is_list ? !(list(out.items) && params(out.params)) : !item(out.items.emplace_back()))
      return false;
    out.text = from.substr(0, from.size() - rest_.size());
    return true;
  }

  bool list(std::vector<sf_item>& out) {
    take('(');
    for (;;) {
      spaces(" ");
      if (take(')')) return true;
      if (!item(out.emplace_back())) return false;
      if (!rest_.starts_with(' ') && !rest_.starts_with(')')) return false;
    }
  }

  bool item(sf_item& out) { return bare(out.value) && params(out.params); }

  bool params(sf_params& out) {
    while (take(';')) {
      spaces(" ");
      auto& [name, value] = out.emplace_back();
      if (!key(name) || (take('=') && !bare(value))) return false;
      const auto same = [&](const auto& earlier) { return &earlier != &out.back() && earlier.first == name; };
      if (std::ranges::any_of(out, same)) return false;
    }
    return true;
  }

  bool bare(sf_value& out) {
    if (rest_.empty()) return false;
    const char c = rest_.front();
    if (c == '"') return text(out);
    if (c == ':') return bytes(out);
    if (c == '-' || is_digit(c)) return number(out);
    if (c == '?') return take('?') && (take('0') || take('1'));
    if (!is_alpha(c) && c != '*') return false;
    run([](char t) {
      return is_alpha(t) || is_digit(t) ||
             std::string_view("!#$%&'*+-.^_`|~:/").find(t) != std::string_view::npos;
    });
    return true;
  }

  bool text(sf_value& out) {
    take('"');
    std::string value;
    while (!rest_.empty()) {
      char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return out = std::move(value), true;
      if (c < 0x20 || c > 0x7e) return false;
      if (c == '\\') {
        if (!rest_.starts_with('"') && !rest_.starts_with('\\')) return false;
        c = rest_.front();
        rest_.remove_prefix(1);
      }
      value += c;
    }
    return false;
  }

  bool bytes(sf_value& out) {
    take(':');
    const auto data = from_base64(run([](char c) { return c != ':'; }));
    if (!data || !take(':')) return false;
    out = sf_bytes{*data};
    return true;
  }

  bool number(sf_value& out) {
    const std::string_view digits = run([](char c) { return is_digit(c) || c == '-' || c == '.'; });
    int64_t value = 0;
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (ec != std::errc{} || digits.size() > 16) return false;
    if (end == digits.data() + digits.size()) out = value;
    return true;
  }

  std::string_view rest_;
};

}  // namespace

std::optional<std::vector<sf_member>> parse_dictionary(std::string_view text) {
  std::vector<sf_member> members;
  if (!parser(text).dictionary(members)) return std::nullopt;
  return members;
}

}  // namespace leadsman::sign
