#include "wire/doctor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/request.hpp"

namespace leadsman::wire {
namespace {

using nlohmann::json;

TEST(DoctorQuestion, IsReadAsItIsWritten) {
  doctor_question about{{"staging", "shop", ""}, "production", std::nullopt};
  auto read = parse_doctor_question(question_json(about));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->where, about.where);
  EXPECT_EQ(read->environment, "production");
  EXPECT_FALSE(read->deployment);

  model::deployment_request wanted;
  wanted.release = {"default", "shop", "web"};
  wanted.chart.digest = std::string(64, 'a');
  wanted.environment = "staging";
  read = parse_doctor_question(question_json({{}, "", wanted}));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->where, wanted.release);
  EXPECT_EQ(read->environment, "staging");
  EXPECT_EQ(read->deployment, wanted);
}

TEST(DoctorQuestion, MayBeEmpty) {
  const auto read = parse_doctor_question(json::object());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->where, (model::release_id{"default", "", ""}));
}

TEST(DoctorQuestion, SaysWhatIsWrongWithIt) {
  const std::string digest(64, 'a');
  struct {
    const char* name;
    json body;
    const char* field;
  } const rows[] = {
      {"unknown key", {{"namespce", "shop"}}, "namespce"},
      {"no name", {{"namespace", "Shop!"}}, "namespace"},
      {"both", {{"namespace", "shop"}, {"deployment", {{"chart", {{"digest", digest}}}}}}, "namespace"},
      {"of the deployment", {{"deployment", {{"chart", {{"digest", "short"}}}, {"release", {{"namespace", "a"}, {"name", "b"}}}}}}, "deployment.chart.digest"},
  };
  for (const auto& row : rows) {
    const auto read = parse_doctor_question(row.body);
    ASSERT_FALSE(read) << row.name;
    EXPECT_EQ(read.error().code, errc::invalid_input) << row.name;
    EXPECT_EQ(read.error().field, row.field) << row.name;
  }
}

}  // namespace
}  // namespace leadsman::wire
