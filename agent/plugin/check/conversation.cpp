#include "plugin/check/conversation.hpp"

#include <fmt/format.h>

#include "plugin/handshake.hpp"
#include "plugin/host.hpp"
#include "plugin/start_command.hpp"
#include "plugin/untrusted.hpp"

namespace leadsman::plugin {

using nlohmann::json;

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds k_answer_limit = 10s, k_silence = 200ms, k_end_limit = 2s;

}  // namespace

result<conversation> conversation::open(asio::any_io_executor executor, std::filesystem::path folder, const manifest& about) {
  auto log = std::make_shared<std::string>();
  const auto hear_log = [log](std::string_view line) { *log = untrusted(line); };
  LEADSMAN_TRY(channel line, channel::open(executor, start_command(folder, about, {}), {}, hear_log));
  return conversation(std::move(line), std::move(log));
}

task<result<answer>> conversation::exchange(std::string line, json id) {
  channel to = line_;
  to.send(line);
  auto receiving = to.receive(k_answer_limit);
  LEADSMAN_CO_TRY(const std::string heard, co_await std::move(receiving));
  LEADSMAN_CO_TRY(const json message, parse_line(heard));
  const json found = message.is_object() ? message.value("id", json()) : json();
  if (found != id) co_return fail(errc::internal, fmt::format("answered with the id {}, expected {}", untrusted(to_text(found), 40), to_text(id)));
  co_return read_answer(message);
}

task<result<answer>> conversation::ask(std::string method, json params) {
  const json question{{"jsonrpc", "2.0"}, {"id", ++asked_}, {"method", method}, {"params", std::move(params)}};
  auto exchanging = exchange(question.dump(), asked_);
  co_return co_await std::move(exchanging);
}

task<result<void>> conversation::shake_hands(manifest about) {
  auto asking = ask("initialize", introduction(LEADSMAN_VERSION));
  LEADSMAN_CO_TRY(const answer said, co_await std::move(asking));
  if (const auto* no = std::get_if<rpc_error>(&said)) co_return fail(errc::internal, "refused it: " + in_quotes(no->message));
  co_return check_handshake(about, std::get<json>(said));
}

task<result<void>> conversation::keep_silent() {
  auto receiving = line_.receive(k_silence);
  const result<std::string> heard = co_await std::move(receiving);
  if (heard) co_return fail(errc::internal, "wrote " + in_quotes(*heard));
  if (heard.error().code != errc::timed_out) co_return fail(heard.error());
  co_return result<void>{};
}

task<result<void>> conversation::notify(std::string method) {
  const json notification{{"jsonrpc", "2.0"}, {"method", method}};
  line_.send(notification.dump());
  auto silent = keep_silent();
  co_return co_await std::move(silent);
}

task<result<void>> conversation::end() {
  auto closing = line_.close(k_end_limit);
  const result<process::exit_status> ended = co_await std::move(closing);
  if (!ended) co_return fail(ended.error());
  if (!ended->ok()) co_return fail(errc::internal, ended->describe() + ", expected exit code 0");
  co_return result<void>{};
}

}  // namespace leadsman::plugin
