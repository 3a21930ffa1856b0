#pragma once

#include <functional>
#include <string>
#include <vector>

#include "action/output/github/fault.hpp"
#include "action/output/github/workflow_command.hpp"
#include "action/output/narrate.hpp"
#include "action/output/view.hpp"

namespace leadsman::action::github {

struct github_settings {
  std::string workspace;     // GITHUB_WORKSPACE
  std::string working_dir;
  std::string output_file;   // GITHUB_OUTPUT; empty: none
  std::string summary_file;  // GITHUB_STEP_SUMMARY; empty: none
  std::string summary_copy;  // kept for later steps: the output summary-file; empty: none
};

// A job log on GitHub: a group a step, annotations, the step summary and the outputs. Never asks for a terminal.
class github_view : public view {
 public:
  github_view(github_settings settings, std::FILE* out);

  void mask(const std::vector<std::string>& secrets);  // each line of each, before anything else is said

  void begin(const subject& shown) override;
  void show(const model::event& event) override;
  void notice(const std::string& text) override;
  void end() override;
  void leave() override;
  void page(const std::vector<spoken_line>& lines, const nlohmann::json& raw) override;
  void plan(const nlohmann::json& plan, const std::string& title) override;
  void warning(const std::string& text) override;
  void problem(const error& e) override;

 private:
  void say(const std::vector<spoken_line>& lines);
  void say_own(std::string_view text);
  void write(std::string_view text);
  void annotate(annotation what);
  void annotate_end();
  void open_group(std::string_view title);
  void close_group();
  void write_files(const std::string& summary);
  std::string in_workspace(const place& at) const;

  github_settings settings_;
  std::FILE* out_;
  progress known_;
  std::vector<std::string> notices_;
  bool in_group_ = false;
  int errors_ = 0;
  int warnings_ = 0;
  bool files_written_ = false;
};

}  // namespace leadsman::action::github
