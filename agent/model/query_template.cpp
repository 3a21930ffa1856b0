#include "model/query_template.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace leadsman::model {

namespace {

std::unexpected<error> unknown_variable(std::string_view word) {
  std::vector<std::string> known;
  for (const auto& [text, value] : k_query_variable) known.emplace_back(text);
  const auto meant = nearest(word, known);
  return fail(errc::invalid_input, "unknown variable '{{" + truncate(word, 60) + "}}'; " +
                                       (meant ? "did you mean '{{" + *meant + "}}'?" : "known: " + join(known, ", ")));
}

}  // namespace

result<std::vector<query_piece>> parse_query_template(std::string_view text) {
  std::vector<query_piece> pieces;
  for (;;) {
    const size_t open = text.find("{{");
    query_piece& piece = pieces.emplace_back(std::string(text.substr(0, open)));
    if (open == std::string_view::npos) return pieces;
    const size_t close = text.find("}}", open);
    if (close == std::string_view::npos) return fail(errc::invalid_input, "'{{' is not closed by '}}'");
    const std::string_view word = trim(text.substr(open + 2, close - open - 2));
    piece.then = value_of(k_query_variable, word);
    if (!piece.then) return unknown_variable(word);
    text.remove_prefix(close + 2);
  }
}

bool mentions(const std::vector<query_piece>& query, query_variable which) {
  return std::ranges::any_of(query, [&](const query_piece& p) { return p.then == which; });
}

}  // namespace leadsman::model
