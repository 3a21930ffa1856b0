#include "wire/request.hpp"

#include <gtest/gtest.h>

#include "document/reader.hpp"
#include "wire/events.hpp"
#include "wire/model.hpp"

namespace leadsman::wire {
namespace {

using nlohmann::json;

json good_body() {
  return json::parse(R"({
    "release": {"namespace": "shop", "name": "web"},
    "environment": "production",
    "chart": {"digest": "0000000000000000000000000000000000000000000000000000000000000001"},
    "values": [{"name": "values.yaml", "content": "a: 1\n"}],
    "set": ["image.tag=v2"],
    "policy": {"on-failure": "keep", "timeout": "90s"},
    "origin": {"repository": "acme/shop", "run_id": "1", "run_attempt": 2}
  })");
}

TEST(ParseRequest, ReadsWhatItWrites) {
  const auto first = parse_request(good_body());
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->release, (model::release_id{"default", "shop", "web"}));
  EXPECT_EQ(first->policy.on_failure, model::on_failure::keep);
  EXPECT_EQ(first->policy.timeout, std::chrono::seconds(90));
  EXPECT_EQ(first->origin.run_attempt, 2);
  EXPECT_EQ(parse_request(request_json(*first)), *first);
}

struct bad_case {
  const char* name;
  const char* pointer;
  json value;
  const char* field;
};

TEST(ParseRequest, NamesTheFieldThatIsWrong) {
  const std::vector<bad_case> cases{
      {"unknown key", "/relase", json::object(), "relase"},
      {"unknown nested key", "/policy/on-failur", "keep", "policy.on-failur"},
      {"unknown word", "/policy/on-failure", "explode", "policy.on-failure"},
      {"zero timeout", "/policy/timeout", "0s", "policy.timeout"},
      {"short history", "/policy/history-max", 1, "policy.history-max"},
      {"bad release name", "/release/name", "Web_1", "release"},
      {"bad namespace", "/release/namespace", "../etc", "namespace"},
      {"long release name", "/release/name", std::string(54, 'a'), "release"},
      {"bad digest", "/chart/digest", "abc", "chart.digest"},
      {"values not a list", "/values", "a: 1", "values"},
      {"values without name", "/values/0", json{{"content", ""}}, "values[0].name"},
      {"set of numbers", "/set", json::array({1}), "set[0]"},
  };
  for (const bad_case& c : cases) {
    json body = good_body();
    body[json::json_pointer(c.pointer)] = c.value;
    const auto parsed = parse_request(body);
    ASSERT_FALSE(parsed) << c.name;
    EXPECT_EQ(parsed.error().field, c.field) << c.name;
    EXPECT_EQ(parsed.error().code, errc::invalid_input) << c.name;
  }
}

TEST(ParseRollback, TakesARevisionOrNone) {
  const model::release_id id{"default", "shop", "web"};
  const auto last = parse_rollback(json{{"reason", "bad prices"}}, id);
  ASSERT_TRUE(last);
  EXPECT_FALSE(last->revision);
  const auto third = parse_rollback(json{{"revision", 3}}, id);
  ASSERT_TRUE(third);
  EXPECT_EQ(third->revision, 3);
  EXPECT_FALSE(parse_rollback(json{{"revision", "3"}}, id));
}

TEST(EventJson, KeepsTypedDataAndIgnoresWhatItDoesNotKnow) {
  const workload_progress progress{"Deployment", "web", 3, 2, 1, "progressing", "", "", {{"web-1", "Pending", 0, 1, 2, "ImagePullBackOff", ""}}};
  const model::event sent{7, wall_time{std::chrono::milliseconds(1)}, model::event_kind::workload, "web 1/3", json(progress).dump()};
  json text = sent;
  text["new_in_a_later_version"] = true;
  const auto received = parse<model::event>(text);
  ASSERT_TRUE(received) << received.error().message;
  EXPECT_EQ(*received, sent);
  EXPECT_EQ(parse<workload_progress>(text["data"]), progress);
}

TEST(EventJson, IsTheSameAsText) {
  const wall_time at{std::chrono::milliseconds(1'800'000'000'123)};
  for (const model::event& e : {model::event{1, at, model::event_kind::created, "plain", ""},
                                model::event{2, at, model::event_kind::log, "two\nlines, \"quoted\", \x01", R"({"b":[1,null],"a":"x\ny"})"}}) {
    EXPECT_EQ(to_json_text(e).find('\n'), std::string::npos);
    EXPECT_EQ(json::parse(to_json_text(e)), json(e));
  }
}

TEST(DeploymentJson, ReadsWhatItWrites) {
  model::deployment d;
  d.id = "0190";
  d.release = {"default", "shop", "web"};
  d.state.phase = model::phase::rolled_back;
  d.state.rollback = model::rollback_outcome::succeeded;
  d.state.revision = 4;
  d.steps.push_back({model::step_kind::shift, 2, 25, model::step_status::failed, "failed", "NotReady", "why", "", "{}", {}, wall_time{}});
  d.cancel = model::cancel_request{model::on_cancel::pause, "me", "because"};
  d.promote = model::promotion{model::promotion_target::weight, 50, "me"};
  d.plan = R"({"schema":1})";
  d.finished_at = wall_time{std::chrono::milliseconds(5)};
  EXPECT_EQ(parse<model::deployment>(json(d)), d);
}

}  // namespace
}  // namespace leadsman::wire
