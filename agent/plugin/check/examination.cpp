#include "plugin/check/examination.hpp"

#include <fmt/format.h>

#include "plugin/rpc_failure.hpp"
#include "plugin/untrusted.hpp"

namespace leadsman::plugin {

using nlohmann::json;

void examination::note(std::string what, const result<void>& went) const {
  if (went) return found->findings.push_back({true, std::move(what), {}});
  const std::string& log = talk.last_words();
  found->findings.push_back({false, std::move(what), "it " + wrong_answer(went.error()).message + (log.empty() ? "" : "; the last line of its log: " + log)});
}

result<void> expect_error(const result<answer>& said, int64_t code) {
  if (!said) return fail(said.error());
  const auto* no = std::get_if<rpc_error>(&*said);
  if (!no) return fail(errc::internal, "answered with a result: " + in_quotes(to_text(std::get<json>(*said))));
  if (no->code != code) return fail(errc::internal, fmt::format("answered with the error {}: {}", no->code, in_quotes(no->message)));
  return {};
}

result<json> expect_result(const result<answer>& said) {
  if (!said) return fail(said.error());
  if (const auto* no = std::get_if<rpc_error>(&*said)) return fail(errc::internal, fmt::format("answered with the error {}: {}", no->code, in_quotes(no->message)));
  return std::get<json>(*said);
}

}  // namespace leadsman::plugin
