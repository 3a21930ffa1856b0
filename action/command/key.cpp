#include <fmt/format.h>

#include "action/command/context.hpp"
#include "action/embed/private_folder.hpp"
#include "sign/key.hpp"

namespace leadsman::action {

task<exit_code> run_generate_key(context& c) {
  const std::string file = c.given.out_file.empty() ? "leadsman.key" : c.given.out_file;
  const sign::key_pair pair = sign::make_key_pair();
  const auto written = write_private_file(file, pair.secret.text() + "\n");
  if (!written) {
    // A file that is there may be in use: the words are wrong, not the file.
    co_return refuse(c, errc::invalid_input, written.error().message, "--out");
  }
  const std::string text = fmt::format(
      "The private key is in {} (mode 0600). In a workflow, store it as a secret and hand it over as the input `key`.\n"
      "The agent's configuration gets:\n\n"
      "access:\n"
      "  keys:\n"
      "    - name: ci                  # shown in logs and histories\n"
      "      public-key: {}\n"
      "      may: [read, deploy, rollback, cancel, promote]\n"
      "      releases: [\"NAMESPACE/*\"]  # what it is for\n",
      file, pair.open.text());
  write_text(stdout, text);
  co_return exit_code::succeeded;
}

}  // namespace leadsman::action
