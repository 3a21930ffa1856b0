#include "plugins/prometheus/reply.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::prometheus {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Reply, OfAVectorIsItsSeries) {
  const json read = read_reply(200, R"({"status":"success","data":{"resultType":"vector","result":[
    {"metric":{"pod":"a"},"value":[1764240000.5,"0.02"]},{"metric":{},"value":[1764240000,"NaN"]}]},"warnings":["partial"],"infos":["no counter"]})");
  const json expected{{"series", {{{"labels", {{"pod", "a"}}}, {"value", "0.02"}, {"at", 1764240000.5}}, {{"labels", json::object()}, {"value", "NaN"}, {"at", 1764240000.0}}}},
                      {"warnings", {"partial", "no counter"}}};
  EXPECT_EQ(read, expected);
}

TEST(Reply, OfAScalarIsOneSeriesWithoutLabels) {
  const json read = read_reply(200, R"({"status":"success","data":{"resultType":"scalar","result":[5,"+Inf"]}})");
  EXPECT_EQ(read, (json{{"series", {{{"labels", json::object()}, {"value", "+Inf"}, {"at", 5.0}}}}, {"warnings", json::array()}}));
}

TEST(Reply, WithoutSeriesIsAnAnswer) {
  EXPECT_EQ(read_reply(200, R"({"status":"success","data":{"resultType":"vector","result":[]}})").at("series"), json::array());
}

struct refusal_case {
  const char* name;
  int status;
  const char* body;
  const char* kind;
  const char* says;
};

void PrintTo(const refusal_case& c, std::ostream* out) { *out << c.name; }

class Refusal : public testing::TestWithParam<refusal_case> {};

TEST_P(Refusal, SaysWhatKindItIs) {
  try {
    FAIL() << read_reply(GetParam().status, GetParam().body);
  } catch (const sdk::refusal& r) {
    EXPECT_EQ(r.code(), sdk::code::failed);
    EXPECT_EQ(r.data().at("kind"), GetParam().kind);
    EXPECT_THAT(r.what(), HasSubstr(GetParam().says));
  }
}

INSTANTIATE_TEST_SUITE_P(
    OfPrometheus, Refusal,
    testing::Values(refusal_case{"Typo", 400, R"({"status":"error","errorType":"bad_data","error":"parse error: unexpected end"})", "invalid_query", "Prometheus says: parse error: unexpected end"},
                    refusal_case{"CannotExecute", 422, R"({"status":"error","errorType":"execution","error":"many-to-many"})", "invalid_query", "many-to-many"},
                    refusal_case{"TookTooLong", 503, R"({"status":"error","errorType":"timeout","error":"query timed out"})", "timed_out", "query timed out"},
                    refusal_case{"Canceled", 503, R"({"status":"error","errorType":"canceled","error":"shutting down"})", "unreachable", "shutting down"},
                    refusal_case{"Internal", 500, R"({"status":"error","errorType":"internal","error":"disk"})", "unreachable", "disk"},
                    refusal_case{"UnknownWord", 400, R"({"status":"error","errorType":"mood","error":"no"})", "rejected", "no"},
                    refusal_case{"Wordless", 400, R"({"status":"error"})", "rejected", "HTTP status 400"},
                    refusal_case{"Range", 200, R"({"status":"success","data":{"resultType":"matrix","result":[]}})", "invalid_query", "gives a matrix"},
                    refusal_case{"Text", 200, R"({"status":"success","data":{"resultType":"string","result":[5,"a"]}})", "invalid_query", "gives a string"},
                    refusal_case{"Histogram", 200, R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[5,{}]}]}})", "invalid_query", "histogram_quantile()"}),
    [](const auto& param_info) { return std::string(param_info.param.name); });

INSTANTIATE_TEST_SUITE_P(
    OfSomethingElse, Refusal,
    testing::Values(refusal_case{"NotFound", 404, "404 page not found", "rejected", "is no Prometheus (HTTP status 404)"},
                    refusal_case{"Unauthorized", 401, "", "rejected", "other credentials"},
                    refusal_case{"Forbidden", 403, "{}", "rejected", "other credentials"},
                    refusal_case{"BadGateway", 502, "<html>", "unreachable", "cannot answer now"},
                    refusal_case{"TooMany", 429, "slow down", "unreachable", "cannot answer now"},
                    refusal_case{"Redirect", 302, "", "rejected", "redirects"},
                    refusal_case{"LoginPage", 200, "<html>", "rejected", "is no Prometheus"},
                    refusal_case{"OtherJson", 200, R"({"status":"success"})", "rejected", "another shape"},
                    refusal_case{"NumbersAsNumbers", 200, R"({"status":"success","data":{"resultType":"scalar","result":[5,1]}})", "rejected", "another shape"},
                    refusal_case{"List", 200, "[1]", "rejected", "is no Prometheus"},
                    refusal_case{"SuccessThatIsNone", 500, R"({"status":"success","data":{"resultType":"vector","result":[]}})", "unreachable", "HTTP status 500"}),
    [](const auto& param_info) { return std::string(param_info.param.name); });

TEST(Refusal, TellsNothingOfWhatIsNotPrometheus) {
  for (const int status : {200, 400, 403, 404, 500}) {
    try {
      FAIL() << read_reply(status, R"({"password":"hunter2"})");
    } catch (const sdk::refusal& r) {
      EXPECT_THAT(r.what(), Not(HasSubstr("hunter2"))) << status;
    }
  }
}

}  // namespace
}  // namespace leadsman::prometheus
