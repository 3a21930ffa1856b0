#include "action/output/json_view.hpp"

#include "action/output/clean.hpp"
#include "wire/model.hpp"
#include "wire/problem.hpp"

namespace leadsman::action {

namespace {

// Text of anyone may be no UTF-8: it is written with U+FFFD in its place, never as an exception.
std::string one_line(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

void json_view::show(const model::event& event) { write_text(out_, one_line(nlohmann::json(event))); }
void json_view::notice(const std::string& text) { write_text(err_, clean_line(text) + "\n"); }
void json_view::page(const std::vector<spoken_line>&, const nlohmann::json& raw) { write_text(out_, one_line(raw)); }
void json_view::problem(const error& e) { write_text(err_, one_line(wire::to_problem(e))); }

}  // namespace leadsman::action
