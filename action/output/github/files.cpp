#include "action/output/github/files.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "action/output/clean.hpp"
#include "action/output/github/workflow_command.hpp"

namespace leadsman::action::github {

std::vector<std::pair<std::string, std::string>> outputs_of(const progress& known, std::string_view summary_file) {
  const auto number = [](const std::optional<int>& n) { return n ? std::to_string(*n) : std::string(); };
  const wire::finished none;
  const wire::finished& end = known.finished ? *known.finished : none;
  const bool begun = !known.shown.id.empty();
  return {
      {"deployment-id", known.shown.id},
      {"phase", begun ? std::string(model::word_of(model::k_phase, known.phase)) : ""},
      {"reason", clean_line(known.reason)},
      {"revision", number(end.revision)},
      {"previous-revision", number(end.previous_revision)},
      {"rollback", begun ? std::string(model::word_of(model::k_rollback_outcome, end.rollback)) : ""},
      {"summary-file", std::string(summary_file)},
  };
}

std::string write_outputs(const std::vector<std::pair<std::string, std::string>>& outputs, std::string_view delimiter) {
  std::string text;
  for (const auto& [name, value] : outputs) text += output_entry(name, value, delimiter);
  return text;
}

result<void> append_file(const std::string& path, std::string_view text) {
  std::ofstream out(path, std::ios::app | std::ios::binary);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.flush();
  if (out) return {};
  return fail(errc::internal, "cannot write " + path + ": " + std::strerror(errno));
}

}  // namespace leadsman::action::github
