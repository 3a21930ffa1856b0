#pragma once

#include "action/output/view.hpp"

namespace leadsman::action {

// Plain lines with the time since the beginning, for pipes, files and other machines' logs.
class line_view : public view {
 public:
  line_view(std::FILE* out, std::FILE* err) : out_(out), err_(err) {}

  void begin(const subject& shown) override;
  void show(const model::event& event) override;
  void notice(const std::string& text) override;
  void end() override;
  void page(const std::vector<spoken_line>& lines, const nlohmann::json& raw) override;
  void problem(const error& e) override;

 private:
  void write(const std::string& text);

  std::FILE* out_;
  std::FILE* err_;
  progress known_;
};

}  // namespace leadsman::action
