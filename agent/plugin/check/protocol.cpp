#include "plugin/check/examination.hpp"

namespace leadsman::plugin {

using nlohmann::json;

namespace {

constexpr const char* k_no_method = "leadsman.no-such-method";

}  // namespace

task<void> check_protocol(std::shared_ptr<examination> of) {
  conversation& talk = of->talk;
  auto silent = talk.keep_silent();
  of->note("says nothing before it is asked", co_await std::move(silent));
  auto greeted = talk.shake_hands(of->about);
  of->note("introduces itself as its manifest does", co_await std::move(greeted));
  auto unspoken = talk.ask("initialize", json{{"protocol", 999}, {"agent", LEADSMAN_VERSION}});
  of->note("refuses a protocol that it does not speak with -32602", expect_error(co_await std::move(unspoken), k_invalid_params));
  auto unknown = talk.ask(k_no_method, json::object());
  of->note("answers a method that it does not have with -32601", expect_error(co_await std::move(unknown), k_method_not_found));
  auto garbage = talk.exchange("this is not JSON {", nullptr);
  of->note("answers a line that is not JSON with -32700 and the id null", expect_error(co_await std::move(garbage), k_parse_error));
  auto no_request = talk.exchange(R"({"hello": "plugin"})", nullptr);
  of->note("answers what is no request with -32600 and the id null", expect_error(co_await std::move(no_request), k_invalid_request));
  auto text_id = talk.exchange(json{{"jsonrpc", "2.0"}, {"id", "a text"}, {"method", k_no_method}}.dump(), "a text");
  of->note("answers with the id that it was asked with, a text too", expect_error(co_await std::move(text_id), k_method_not_found));
  auto notified = talk.notify(k_no_method);
  of->note("answers no notification", co_await std::move(notified));
  auto again = talk.shake_hands(of->about);
  of->note("goes on after all of this", co_await std::move(again));
}

}  // namespace leadsman::plugin
