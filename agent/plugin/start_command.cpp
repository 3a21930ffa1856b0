#include "plugin/start_command.hpp"

namespace leadsman::plugin {

process::command start_command(const std::filesystem::path& folder, const manifest& about, const std::map<std::string, std::string>& given) {
  process::command out;
  out.program = (folder / about.program).string();
  out.arguments = about.arguments;
  out.working_dir = folder.string();
  out.environment = given;
  out.environment.insert({{"LANG", "C.UTF-8"}, {"PATH", "/usr/local/bin:/usr/bin:/bin"}});
  return out;
}

}  // namespace leadsman::plugin
