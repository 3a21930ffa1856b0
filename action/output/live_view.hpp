#pragma once

#include <string>

#include "action/output/painter.hpp"
#include "action/output/view.hpp"

namespace leadsman::action {

// A terminal: a block that is redrawn at the bottom, finished lines and test logs above it.
class live_view : public view {
 public:
  live_view(bool color, std::FILE* out, std::FILE* err);
  ~live_view() override;

  void begin(const subject& shown) override;
  void show(const model::event& event) override;
  void notice(const std::string& text) override;
  void tick() override;
  void end() override;
  void leave() override;
  void page(const std::vector<spoken_line>& lines, const nlohmann::json& raw) override;
  void problem(const error& e) override;

 private:
  void say(const std::vector<styled_line>& above);
  std::vector<styled_line> block() const;
  terminal_size size() const;

  std::FILE* out_;
  std::FILE* err_;
  bool color_;
  painter painter_;
  progress known_;
  std::chrono::milliseconds skew_{};  // the agent's clock minus ours, from the newest event
  bool shown_ = false;
};

}  // namespace leadsman::action
