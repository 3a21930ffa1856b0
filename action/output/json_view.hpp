#pragma once

#include "action/output/view.hpp"

namespace leadsman::action {

// One event a line on stdout, as it stands in the stream; what the client itself has to say goes to stderr.
class json_view : public view {
 public:
  json_view(std::FILE* out, std::FILE* err) : out_(out), err_(err) {}

  void begin(const subject&) override {}
  void show(const model::event& event) override;
  void notice(const std::string& text) override;
  void end() override {}
  void page(const std::vector<spoken_line>& lines, const nlohmann::json& raw) override;
  void problem(const error& e) override;

 private:
  std::FILE* out_;
  std::FILE* err_;
};

}  // namespace leadsman::action
