#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace leadsman::action {

// A snapshot of the environment variables, so that whatever reads them is a function of its parameters.
class environment {
 public:
  environment() = default;
  explicit environment(std::map<std::string, std::string, std::less<>> variables) : variables_(std::move(variables)) {}
  static environment of_this_process();

  std::string get(std::string_view name) const;  // empty when unset
  const std::map<std::string, std::string, std::less<>>& all() const { return variables_; }

 private:
  std::map<std::string, std::string, std::less<>> variables_;
};

}  // namespace leadsman::action
