#pragma once

#include <sys/stat.h>

#include <string>

#include "plugin/folder_digest.hpp"
#include "plugin/registration.hpp"
#include "support/temporary_folder.hpp"

namespace leadsman::plugin::test {

// A plugin "odd" whose program is a shell script. Each line of the script's loop gets the question as $question and its id
// as $id; `say` answers.
class scripted_plugin {
 public:
  explicit scripted_plugin(const std::string& on_question, const std::string& at_start = "", const std::string& at_end = "") {
    folder_.write("plugin.json", R"({"name": "odd", "version": "1", "protocol": 1, "kinds": ["metric", "router"], "program": "run"})");
    folder_.write("run", R"(#!/bin/sh
say() { echo "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":$1}"; }
)" + at_start + R"(
while read -r question; do
  id=${question##*\"id\":}; id=${id%%[,\}]*}
  case $question in
    *initialize*) say '{"name":"odd","version":"1","kinds":["metric","router"],"protocol":1}'; continue ;;
  esac
  )" + on_question + "\ndone\n" +
                             at_end + "\n");
    make_executable("run");
  }

  void make_executable(const std::string& name) const { ::chmod((folder_.path() / name).c_str(), 0755); }
  const leadsman::test::temporary_folder& files() const { return folder_; }

  registration registered() const {
    registration out;
    out.name = "odd";
    out.folder = folder_.path();
    out.digest = folder_digest(folder_.path()).value();
    return out;
  }

 private:
  leadsman::test::temporary_folder folder_;
};

}  // namespace leadsman::plugin::test
