#include "runner/persist.hpp"

#include "unit/runner/scene.hpp"

namespace leadsman::runner {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Asks something that is answered by `answers`, one after the other; the last for ever.
class Persist : public scene {
 protected:
  void SetUp() override {
    scene::SetUp();
    admit(wish());
  }
  result<int> ask_until_answered(std::vector<result<int>> answers) {
    const ask<int> question = [this, answers]() -> task<result<int>> {
      const size_t now = std::min(asked_++, answers.size() - 1);
      if (on_asked_) on_asked_();
      co_return answers[now];
    };
    return run_on(io_, persist(*r_, "release", question));
  }
  static result<int> unavailable() { return fail(errc::unavailable, "connection refused"); }

  size_t asked_ = 0;
  std::function<void()> on_asked_;
};

TEST_F(Persist, GivesAnAnswerAtOnceAndSaysNothing) {
  EXPECT_EQ(ask_until_answered({7}), 7);
  EXPECT_EQ(asked_, 1u);
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(Persist, AsksAgainAndSaysSoOnce) {
  EXPECT_EQ(ask_until_answered({unavailable(), fail(errc::timed_out, "no answer"), 7}), 7);
  EXPECT_EQ(asked_, 3u);
  EXPECT_THAT(told(), ElementsAre("warning: waiting for the API server (release): connection refused", testing::StartsWith("warning: the API server answers again, after ")));
}

TEST_F(Persist, EveryOtherErrorIsAnAnswer) {
  for (const errc code : {errc::forbidden, errc::not_found, errc::conflict, errc::invalid_input, errc::internal, errc::canceled}) {
    asked_ = 0;
    EXPECT_EQ(ask_until_answered({fail(code, "no")}).error().code, code);
    EXPECT_EQ(asked_, 1u);
  }
}

TEST_F(Persist, EndsWhenTheAgentStops) {
  on_asked_ = [this] {
    if (asked_ == 2) r_->stop();
  };
  const auto came = ask_until_answered({unavailable()});
  ASSERT_FALSE(came);
  EXPECT_EQ(came.error().code, errc::canceled);
  EXPECT_EQ(asked_, 2u);
}

}  // namespace
}  // namespace leadsman::runner
