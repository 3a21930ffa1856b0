#include "action/output/changes.hpp"

#include "action/output/clean.hpp"
#include "action/output/json_text.hpp"
#include "base/text.hpp"

namespace leadsman::action {

using nlohmann::json;

std::string dotted(std::string_view pointer) {
  std::string out;
  for (const std::string_view raw : split(pointer.substr(pointer.starts_with('/') ? 1 : 0), '/')) {
    std::string part;
    for (size_t i = 0; i < raw.size(); ++i) {
      const bool escaped = raw[i] == '~' && i + 1 < raw.size();
      part += !escaped ? raw[i] : raw[++i] == '1' ? '/' : '~';
    }
    const bool index = !part.empty() && part.find_first_not_of("0123456789") == std::string::npos;
    const bool plain = part.find_first_of("./") == std::string::npos;
    if (index) out += "[" + part + "]";
    else if (plain) out += (out.empty() ? "" : ".") + part;
    else out += "[\"" + part + "\"]";
  }
  return out;
}

std::string value_text(const json& value) { return truncate(text_of(value), 2000); }

bool has_lines(const json& value) { return value.is_string() && value.get_ref<const std::string&>().find('\n') != std::string::npos; }

changed_lines compare_lines(const json& from, const json& to) {
  changed_lines out{clean_lines(from.is_null() ? "" : value_text(from)), clean_lines(to.is_null() ? "" : value_text(to))};
  size_t alike = 0;
  while (alike < out.removed.size() && alike < out.added.size() && out.removed[alike] == out.added[alike]) ++alike;
  out.removed.erase(out.removed.begin(), out.removed.begin() + static_cast<ptrdiff_t>(alike));
  out.added.erase(out.added.begin(), out.added.begin() + static_cast<ptrdiff_t>(alike));
  while (!out.removed.empty() && !out.added.empty() && out.removed.back() == out.added.back()) out.removed.pop_back(), out.added.pop_back();
  return out;
}

}  // namespace leadsman::action
