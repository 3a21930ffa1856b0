#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "action/output/narrate.hpp"
#include "base/error.hpp"

namespace leadsman::action {

// How a deployment is shown while it is followed. The one who follows tells what comes; a view writes.
class view {
 public:
  virtual ~view() = default;

  virtual void begin(const subject& shown) = 0;
  virtual void show(const model::event& event) = 0;
  virtual void notice(const std::string& text) = 0;  // of the client itself: reconnecting, asked to cancel
  virtual void tick() {}                             // about ten times a second, for clocks on the screen
  virtual void end() = 0;                            // nothing will follow: the closing words
  virtual void leave() {}                            // the client goes, the deployment has not ended
  // An answer that is no deployment: a plan, a status. `raw` is what the agent said.
  virtual void page(const std::vector<spoken_line>& lines, const nlohmann::json& raw) = 0;
  // A plan: a page that some views have a form of their own for.
  virtual void plan(const nlohmann::json& plan, const std::string& title);
  virtual void warning(const std::string& text) { notice(text); }  // of the client itself, to be looked at
  virtual void problem(const error& e) = 0;          // what kept the client from doing its work
};

enum class output_format { text, events };

struct output_options {
  output_format format = output_format::text;
  bool live = false;   // stdout is a terminal that can move its cursor
  bool color = false;
};

// As the environment and the terminal have it: NO_COLOR, TERM=dumb, not a terminal.
struct terminal_facts {
  bool is_terminal = false;
  std::string term;
  bool no_color = false;
};
output_options choose_output(output_format format, const terminal_facts& terminal);

// `out` and `err` outlive the view.
std::unique_ptr<view> make_view(const output_options& options, std::FILE* out, std::FILE* err);

// An error as one text for people: "namespace: 'Shop' is not a valid name …".
std::string describe(const error& e);

void write_text(std::FILE* to, std::string_view text);  // all of it, at once; a closed pipe is not an error

}  // namespace leadsman::action
