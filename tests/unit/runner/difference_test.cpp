#include "runner/difference.hpp"

#include <gtest/gtest.h>

namespace leadsman::runner {
namespace {

using nlohmann::json;

struct rows_case {
  const char* name;
  const char* kind;
  const char* live;
  const char* wanted;
  const char* rows;
};

void PrintTo(const rows_case& c, std::ostream* out) { *out << c.name; }

class DifferenceRows : public testing::TestWithParam<rows_case> {};

TEST_P(DifferenceRows, SayWhatWouldChange) {
  EXPECT_EQ(difference_rows(GetParam().kind, json::parse(GetParam().live), json::parse(GetParam().wanted)), json::parse(GetParam().rows));
}

INSTANTIATE_TEST_SUITE_P(
    Difference, DifferenceRows,
    testing::Values(
        rows_case{"Nothing", "Deployment", R"({"spec":{"replicas":1}})", R"({"spec":{"replicas":1}})", "[]"},
        rows_case{"AValue", "Deployment", R"({"spec":{"replicas":1}})", R"({"spec":{"replicas":3}})", R"([{"path":"/spec/replicas","from":1,"to":3}])"},
        rows_case{"Something", "Deployment", R"({"spec":{}})", R"({"spec":{"paused":true}})", R"([{"path":"/spec/paused","from":null,"to":true}])"},
        rows_case{"SomethingLess", "Deployment", R"({"spec":{"paused":true}})", R"({"spec":{}})", R"([{"path":"/spec/paused","from":true,"to":null}])"},
        rows_case{"OneMoreInAList", "Deployment", R"({"args":["a"]})", R"({"args":["a","b"]})", R"([{"path":"/args/-","from":null,"to":"b"}])"},
        rows_case{"OneLessInAList", "Deployment", R"({"args":["a","b"]})", R"({"args":["a"]})", R"([{"path":"/args/1","from":"b","to":null}])"},
        rows_case{"ASecretsValue", "Secret", R"({"data":{"key":"b2xk"}})", R"({"data":{"key":"bmV3"}})", R"x([{"path":"/data/key","from":"(secret)","to":"(secret)"}])x"},
        rows_case{"ASecretsNewKey", "Secret", R"({"data":{}})", R"({"data":{"key":"bmV3"}})", R"x([{"path":"/data/key","from":null,"to":"(secret)"}])x"},
        rows_case{"ASecretsKeyThatGoes", "Secret", R"({"data":{"key":"b2xk"}})", R"({"data":{}})", R"x([{"path":"/data/key","from":"(secret)","to":null}])x"},
        rows_case{"AllThatASecretHolds", "Secret", R"({"type":"Opaque"})", R"({"type":"Opaque","data":{"key":"bmV3"}})", R"x([{"path":"/data","from":null,"to":"(secret)"}])x"},
        rows_case{"ASecretsTexts", "Secret", R"({"stringData":{"key":"old"}})", R"({"stringData":{"key":"new"}})", R"x([{"path":"/stringData/key","from":"(secret)","to":"(secret)"}])x"},
        rows_case{"WhatIsNoSecretOfASecret", "Secret", R"({"metadata":{"labels":{"a":"1"}}})", R"({"metadata":{"labels":{"a":"2"}}})", R"([{"path":"/metadata/labels/a","from":"1","to":"2"}])"},
        rows_case{"TheDataOfAConfigMap", "ConfigMap", R"({"data":{"key":"old"}})", R"({"data":{"key":"new"}})", R"([{"path":"/data/key","from":"old","to":"new"}])"}),
    [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace leadsman::runner
