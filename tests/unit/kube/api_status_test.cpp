#include "kube/api_status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::kube {
namespace {

using testing::HasSubstr;

TEST(ApiStatus, EveryStatusHasItsCodeAndTheServersWords) {
  struct {
    int status;
    errc code;
  } const rows[] = {{400, errc::invalid_input}, {401, errc::unauthenticated}, {403, errc::forbidden}, {404, errc::not_found}, {409, errc::conflict}, {410, errc::gone}, {413, errc::too_large}, {422, errc::invalid_input}, {429, errc::unavailable}, {500, errc::unavailable}, {503, errc::unavailable}, {504, errc::timed_out}};
  for (const auto& row : rows) {
    const error e = to_error(row.status, {}, R"({"kind":"Status","message":"the reason"})", "get Pod shop/web");
    EXPECT_EQ(e.code, row.code) << row.status;
    EXPECT_THAT(e.message, testing::AllOf(HasSubstr("get Pod shop/web: "), HasSubstr("the reason")));
  }
}

TEST(ApiStatus, AConflictNamesManagerAndField) {
  const error e = to_error(409, {}, R"({"kind":"Status","reason":"Conflict","message":"Apply failed with 1 conflict","details":{"causes":[
    {"reason":"FieldManagerConflict","message":"conflict with \"kubectl\" using apps/v1","field":".spec.replicas"}]}})",
                           "apply Deployment shop/web");
  EXPECT_EQ(e.code, errc::conflict);
  EXPECT_THAT(e.message, testing::AllOf(HasSubstr(".spec.replicas"), HasSubstr("\"kubectl\"")));
  EXPECT_EQ(e.field, ".spec.replicas");
}

TEST(ApiStatus, AnAnswerThatIsNoStatusIsShownShortened) {
  const error e = to_error(502, {}, "<html>" + std::string(1000, 'x'), "list Pod");
  EXPECT_EQ(e.code, errc::unavailable);
  EXPECT_LT(e.message.size(), 400u);
  EXPECT_THAT(to_error(500, {}, "", "list Pod").message, HasSubstr("HTTP status 500"));
}

TEST(ApiStatus, AnUnknownFieldIsTheCallersMistake) {
  EXPECT_EQ(to_error(500, {}, R"({"kind":"Status","message":"failed to create typed patch object: .date: field not declared in schema"})", "apply").code, errc::invalid_input);
}

TEST(ApiStatus, SaysWhenToComeBack) {
  EXPECT_THAT(to_error(429, {{"Retry-After", "3"}}, "{}", "x").message, HasSubstr("in 3 s"));
  EXPECT_EQ(retry_after({{"retry-after", " 12 "}}), std::chrono::seconds(12));
  EXPECT_EQ(retry_after({{"Retry-After", "Fri, 01 Jan"}}), std::nullopt);
  EXPECT_EQ(retry_after({}), std::nullopt);
}

}  // namespace
}  // namespace leadsman::kube
