#pragma once

#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/sdk/refusal.hpp"

// What a plugin in C++ needs for the protocol of docs/plugins.md:
//
//   int main() { return sdk::serve({.name = "clock", .version = "1.0.0", .kinds = {"metric"}}, {{"metric.query", query}}); }
namespace leadsman::sdk {

inline constexpr int k_protocol = 1;

// What the plugin says of itself in the handshake; plugin.json has to say the same.
struct identity {
  std::string name;
  std::string version;
  std::vector<std::string> kinds;
};

// Answers one question. Gets its params, {} when there were none; returns the result, or throws a refusal. Any other
// exception becomes internal_error, one of nlohmann::json (a key or type that is not as expected) invalid_params.
using method = std::function<json(const json& params)>;
using methods = std::map<std::string, method, std::less<>>;

// The answer to one line, without its end; absent when none is due (a notification). Never throws.
std::optional<std::string> answer_line(const identity& self, const methods& known, std::string_view line);

// Answers each line of `in` on `out`, which nothing else may write to, until `in` ends. Returns the exit code.
int serve(const identity& self, const methods& known, std::istream& in, std::ostream& out);
int serve(const identity& self, const methods& known);  // stdin and stdout

}  // namespace leadsman::sdk
