#include "plugin/host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>

#include "unit/plugin/scripted_plugin.hpp"

namespace leadsman::plugin {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::scripted_plugin;
using testing::AllOf;
using testing::HasSubstr;

// A host with one plugin, which is ended with it.
class hosted {
 public:
  explicit hosted(std::vector<registration> known, host_settings settings = {}) : host_(io_.get_executor(), blocking_, std::move(known), quick(std::move(settings))) {}

  static host_settings quick(host_settings settings) {
    settings.agent_version = "test";
    settings.first_delay = 1ms;
    return settings;
  }

  // Runs until all of these calls and the shutdown are over.
  std::vector<result<json>> call_each(std::vector<std::string> methods, std::optional<kind> needed = {}) {
    std::vector<result<json>> said;
    const auto body = [&]() -> task<void> {
      for (const std::string& method : methods) {
        auto calling = host_.call(needed, "odd", method, json::object());
        said.push_back(co_await std::move(calling));
      }
      co_await host_.shut_down();
    };
    spawn(io_.get_executor(), "test", body);
    io_.run();
    return said;
  }

  result<json> call(std::string method) { return call_each({std::move(method)}).front(); }

  asio::io_context& io() { return io_; }
  host& plugins() { return host_; }

 private:
  asio::io_context io_;
  asio::thread_pool blocking_{1};
  host host_;
};

std::string complaint(const result<json>& said) { return said ? "none: " + said->dump() : said.error().message; }

TEST(Host, StartsAPluginWhenItIsCalledAndKeepsIt) {
  const scripted_plugin counting("n=$((n + 1)); say $n");
  hosted host({counting.registered()});
  const auto said = host.call_each({"count", "count", "count"});
  EXPECT_EQ(said[0].value(), 1);
  EXPECT_EQ(said[2].value(), 3);
}

TEST(Host, GivesOneQuestionAtATime) {
  const scripted_plugin slow("sleep 0.02; say 1");
  hosted host({slow.registered()});
  int answered = 0;
  const std::function<task<void>()> ask = [&]() -> task<void> {
    auto calling = host.plugins().call({}, "odd", "x", json::object());
    const result<json> said = co_await std::move(calling);
    EXPECT_TRUE(said) << complaint(said);
    auto closing = host.plugins().shut_down();
    if (++answered == 5) co_await std::move(closing);
  };
  for (int i = 0; i < 5; ++i) spawn(host.io().get_executor(), "test", ask);
  host.io().run();
  EXPECT_EQ(answered, 5);
}

struct fault {
  const char* name;
  const char* on_question;
  errc code;
  const char* said;
};

class HostFault : public testing::TestWithParam<fault> {};

// The second call is answered: only its own call fails.
TEST_P(HostFault, FailsItsOwnCallAndNoOther) {
  const std::string once = "if [ ! -e \"$MARK/done\" ]; then touch \"$MARK/done\"\n" + std::string(GetParam().on_question) + "\nelse say '\"good\"'; fi";
  const scripted_plugin faulty(once);
  const leadsman::test::temporary_folder mark;
  registration known = faulty.registered();
  known.environment = {"MARK"};
  known.timeout = GetParam().code == errc::timed_out ? 300ms : 20s;
  hosted host({known}, {.environment = {{"MARK", mark.path().string()}}, .limits = {.line_bytes = 100'000, .unread_lines = 5, .log_bytes = 10'000}});
  const auto said = host.call_each({"metric.query", "metric.query"});
  ASSERT_FALSE(said[0]) << *said[0];
  EXPECT_EQ(said[0].error().code, GetParam().code);
  EXPECT_THAT(said[0].error().message, AllOf(testing::StartsWith("the plugin odd "), HasSubstr(GetParam().said), HasSubstr("metric.query")));
  EXPECT_EQ(said[1].value_or("failed, too"), "good") << complaint(said[1]);
}

INSTANTIATE_TEST_SUITE_P(
    Plugins, HostFault,
    testing::Values(
        fault{"Ends", "exit 3", errc::unavailable, "ended with exit code 3"},
        fault{"IsKilled", "kill -SEGV $$", errc::unavailable, "was killed by SIGSEGV"},
        fault{"Hangs", "sleep 60", errc::timed_out, "did not answer in 300ms"},
        fault{"ClosesItsOutput", "exec >&-; sleep 60", errc::timed_out, "did not answer in 300ms"},
        fault{"WritesALineWithoutEnd", "cat /dev/zero | tr '\\0' x", errc::unavailable, "wrote a line longer than 97 KiB"},
        fault{"FloodsItsLog", "yes >&2", errc::unavailable, "to stderr for one question"},
        fault{"AnswersAnotherQuestion", "id=$((id + 1)); say 1", errc::unavailable, "answered with the id 3, expected 2"},
        fault{"AnswersWithoutAnId", "echo '{\"jsonrpc\":\"2.0\",\"result\":1}'", errc::unavailable, "answered with the id null"},
        fault{"WritesNoJson", "echo Hello", errc::unavailable, "not JSON: 'Hello'"},
        fault{"NestsWithoutEnd", "head -c 90000 /dev/zero | tr '\\0' '['; echo", errc::unavailable, "nested more than 128 deep"},
        fault{"AnswersBothWays", "echo \"{\\\"jsonrpc\\\":\\\"2.0\\\",\\\"id\\\":$id,\\\"result\\\":1,\\\"error\\\":{\\\"code\\\":1,\\\"message\\\":\\\"\\\"}}\"", errc::unavailable, "a result and an error at once"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Host, StartsAgainWhatSpokeUnaskedBetweenTwoCalls) {
  const scripted_plugin chatty("n=$((n + 1)); printf '%s\\n%s\\n' \"$(say $n)\" \"$(say 7)\"");
  hosted host({chatty.registered()});
  const auto said = host.call_each({"count", "count"});
  EXPECT_EQ(said[0].value(), 1);
  EXPECT_EQ(said[1].value(), 1) << "it was started anew";
}

TEST(Host, EndsAFloodOfLinesBeforeAnybodyAsksAgain) {
  const scripted_plugin flooding("say $$; yes");
  hosted host({flooding.registered()});
  std::vector<result<json>> said;
  const auto body = [&]() -> task<void> {
    auto first = host.plugins().call({}, "odd", "x", json::object());
    said.push_back(co_await std::move(first));
    for (int tries = 0; tries < 10'000 && ::kill(said[0]->get<int>(), 0) == 0; ++tries) co_await sleep_for(1ms);
    auto second = host.plugins().call({}, "odd", "x", json::object());
    said.push_back(co_await std::move(second));
    co_await host.plugins().shut_down();
  };
  spawn(host.io().get_executor(), "test", body);
  host.io().run();
  ASSERT_TRUE(said[1]) << complaint(said[1]);
  EXPECT_NE(*said[0], *said[1]) << "it is another process";
}

struct lie {
  const char* name;
  const char* introduction;
  const char* said;
};

class HostLie : public testing::TestWithParam<lie> {};

TEST_P(HostLie, IsFoundInTheHandshake) {
  const scripted_plugin lying("say 1", std::string("read -r question; id=1; say '") + GetParam().introduction + "'");
  hosted host({lying.registered()});
  const result<json> said = host.call("x");
  EXPECT_THAT(complaint(said), AllOf(testing::StartsWith("the plugin odd says that its "), HasSubstr(GetParam().said)));
}

INSTANTIATE_TEST_SUITE_P(
    Plugins, HostLie,
    testing::Values(
        lie{"OfItsName", R"({"name":"even","version":"1","kinds":["metric","router"],"protocol":1})", R"(name is "even", and its manifest says "odd")"},
        lie{"OfItsVersion", R"({"name":"odd","version":"2","kinds":["metric","router"],"protocol":1})", R"(version is "2")"},
        lie{"OfItsKinds", R"({"name":"odd","version":"1","kinds":["gate"],"protocol":1})", R"(kinds is ["gate"], and its manifest says ["metric","router"])"},
        lie{"OfItsProtocol", R"({"name":"odd","version":"1","kinds":["metric","router"],"protocol":2})", "protocol is 2"},
        lie{"ByLeavingOut", R"({"name":"odd","version":"1","kinds":["metric","router"]})", "protocol is null"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Host, StartsNothingThatIsNotWhatWasRegistered) {
  const scripted_plugin changed("say 1");
  const registration known = changed.registered();
  changed.files().write("more", "");
  const result<json> said = hosted({known}).call("x");
  ASSERT_FALSE(said);
  EXPECT_EQ(said.error().code, errc::refused);
  EXPECT_THAT(said.error().message, AllOf(HasSubstr("the plugin odd is not what was registered"), HasSubstr(known.digest)));
}

TEST(Host, LooksAtTheFolderBeforeEveryStart) {
  const scripted_plugin changing("say 1; exit 0");
  const registration known = changing.registered();
  hosted host({known});
  std::vector<result<json>> said;
  const auto body = [&]() -> task<void> {
    auto first = host.plugins().call({}, "odd", "x", json::object());
    said.push_back(co_await std::move(first));
    changing.files().write("run", "#!/bin/sh\necho changed\n");
    // Its end may be seen a moment later; what it answers until then is its own.
    for (int i = 0; i < 100 && said.back(); ++i) {
      auto next = host.plugins().call({}, "odd", "x", json::object());
      said.push_back(co_await std::move(next));
      if (!said.back() && said.back().error().code == errc::unavailable) said.push_back(json("ended"));
    }
    co_await host.plugins().shut_down();
  };
  spawn(host.io().get_executor(), "test", body);
  host.io().run();
  EXPECT_EQ(said.front().value(), 1);
  ASSERT_FALSE(said.back());
  EXPECT_EQ(said.back().error().code, errc::refused);
}

TEST(Host, NamesWhatCannotBeStarted) {
  const scripted_plugin good("say 1");
  registration missing = good.registered();
  missing.folder = "/no/such/folder";
  EXPECT_THAT(complaint(hosted({missing}).call("x")), HasSubstr("the plugin odd cannot be used: there is no folder /no/such/folder"));

  std::filesystem::permissions(good.files().path() / "run", std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  const result<json> denied = hosted({good.registered()}).call("x");
  EXPECT_EQ(denied.error().code, errc::forbidden);
  EXPECT_THAT(denied.error().message, HasSubstr("not executable"));

  std::filesystem::remove(good.files().path() / "run");
  EXPECT_EQ(hosted({good.registered()}).call("x").error().code, errc::not_found);
  EXPECT_THAT(complaint(hosted({}).call("x")), HasSubstr("there is no plugin odd: the agent has none"));
}

TEST(Host, TellsWhatAPluginRefusesByItsKind) {
  const scripted_plugin refusing(R"(echo "{\"jsonrpc\":\"2.0\",\"id\":$id,\"error\":{\"code\":-32000,\"message\":\"nobody answers\",\"data\":{\"kind\":\"unreachable\"}}}")");
  hosted host({refusing.registered()});
  const auto said = host.call_each({"x", "x"});
  EXPECT_EQ(said[0].error(), (error{errc::unavailable, "the plugin odd says no to x: nobody answers", {}}));
  EXPECT_EQ(said[1].error(), said[0].error()) << "it keeps running";
}

TEST(Host, RefusesAPluginOfAnotherKind) {
  const scripted_plugin good("say 1");
  hosted host({good.registered()});
  const auto said = host.call_each({"x"}, kind::gate);
  EXPECT_THAT(complaint(said[0]), HasSubstr("the plugin odd is no gate: it is of the kinds metric, router"));
}

TEST(Host, PassesOnOnlyTheVariablesThatWereNamed) {
  const scripted_plugin telling("say \"\\\"$GIVEN$KEPT$HOME$(pwd)\\\"\"");
  registration known = telling.registered();
  known.environment = {"GIVEN", "ABSENT"};
  hosted host({known}, {.environment = {{"GIVEN", "given"}, {"KEPT", "kept"}, {"HOME", "/root"}}});
  EXPECT_EQ(host.call("x").value(), "given" + known.folder.string());
}

TEST(Host, HidesTheValuesThatItPassedOn) {
  const scripted_plugin telling("echo \"$GIVEN\"");
  registration known = telling.registered();
  known.environment = {"GIVEN"};
  hosted host({known}, {.environment = {{"GIVEN", "geheim-4711"}}});
  const std::string said = complaint(host.call("x"));
  EXPECT_THAT(said, HasSubstr("***"));
  EXPECT_THAT(said, testing::Not(HasSubstr("geheim")));
}

TEST(Host, KillsAPluginWhoseCallIsCanceled) {
  const scripted_plugin hanging("if [ -z \"$n\" ]; then n=1; sleep 60; fi; say 1");
  hosted host({hanging.registered()});
  asio::cancellation_signal cancel;
  bool unwound = false;
  auto calling = host.plugins().call({}, "odd", "x", json::object());
  asio::co_spawn(host.io(), std::move(calling), asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr e, const result<json>&) { unwound = e != nullptr; }));
  asio::steady_timer soon(host.io(), 200ms);
  soon.async_wait([&](auto) { cancel.emit(asio::cancellation_type::terminal); });
  const auto begun = std::chrono::steady_clock::now();
  host.io().run();
  EXPECT_TRUE(unwound);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 20s);
}

TEST(Host, EndsWhatDoesNotEndByItself) {
  const scripted_plugin stubborn("say $$", "trap '' TERM", "while :; do sleep 0.01; done");
  hosted host({stubborn.registered()}, {.patience = 50ms});
  const int pid = host.call("x").value();
  EXPECT_EQ(::kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST(Host, IsNotAskedAnyMoreAfterItsEnd) {
  const scripted_plugin good("say 1");
  hosted host({good.registered()});
  std::optional<result<json>> said;
  const auto body = [&]() -> task<void> {
    co_await host.plugins().shut_down();
    auto calling = host.plugins().call({}, "odd", "x", json::object());
    said = co_await std::move(calling);
  };
  spawn(host.io().get_executor(), "test", body);
  host.io().run();
  EXPECT_EQ(said->error().code, errc::canceled);
}

TEST(RestartDelay, DoublesUpToHalfAMinute) {
  EXPECT_EQ(restart_delay(0, 500ms), 0ms);
  EXPECT_EQ(restart_delay(1, 500ms), 500ms);
  EXPECT_EQ(restart_delay(3, 500ms), 2s);
  EXPECT_EQ(restart_delay(10, 500ms), 30s);
  EXPECT_EQ(restart_delay(1'000'000, 500ms), 30s);
}

}  // namespace
}  // namespace leadsman::plugin
