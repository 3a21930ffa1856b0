#include "runner/secrets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "document/yaml.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using testing::UnorderedElementsAreArray;

struct word_case {
  const char* key;
  bool secret;
};

void PrintTo(const word_case& c, std::ostream* out) { *out << c.key; }

class KeyOfValues : public testing::TestWithParam<word_case> {};

TEST_P(KeyOfValues, SpeaksOfASecretOrNot) { EXPECT_EQ(speaks_of_secret(GetParam().key), GetParam().secret); }

INSTANTIATE_TEST_SUITE_P(Secrets, KeyOfValues,
                         testing::Values(word_case{"password", true}, word_case{"PASSWORD", true}, word_case{"adminPassword", true},
                                         word_case{"postgres-password", true}, word_case{"db_passwd", true}, word_case{"passphrase", true},
                                         word_case{"secret", true}, word_case{"clientSecret", true}, word_case{"token", true},
                                         word_case{"GITHUB_TOKEN", true}, word_case{"credentials", true}, word_case{"privateKey", true},
                                         word_case{"private_key", true}, word_case{"private-key", true}, word_case{"PRIVATE_KEY_PEM", true},
                                         word_case{"apiKey", true}, word_case{"api-key", true}, word_case{"AWS_SECRET_ACCESS_KEY", true},
                                         word_case{"accessKeyId", true}, word_case{"", false}, word_case{"user", false},
                                         word_case{"key", false}, word_case{"publicKey", false}, word_case{"image", false},
                                         word_case{"pass", false}, word_case{"tok-en", true}, word_case{"monkey", false}));

struct values_case {
  const char* name;
  const char* values;
  std::vector<std::string> secrets;
};

void PrintTo(const values_case& c, std::ostream* out) { *out << c.name; }

class ValuesWithSecrets : public testing::TestWithParam<values_case> {};

TEST_P(ValuesWithSecrets, GiveTheirSecrets) {
  const json values = document::parse_yaml(GetParam().values, "values.yaml").value().value;
  EXPECT_THAT(secrets_in_values(values), UnorderedElementsAreArray(GetParam().secrets));
}

INSTANTIATE_TEST_SUITE_P(
    Secrets, ValuesWithSecrets,
    testing::Values(values_case{"None", "image: {tag: v1}\nreplicas: 2", {}},
                    values_case{"AtTheTop", "password: hunter2\nuser: shop", {"hunter2"}},
                    values_case{"DeepInside", "db: {primary: {auth: {password: hunter2, user: shop}}}", {"hunter2"}},
                    values_case{"EverythingBelowAKeyThatSpeaksOfThem", "secrets: {db: one1, nested: {deep: two2}, list: [three3, {four: four4}]}", {"one1", "two2", "three3", "four4"}},
                    values_case{"InAList", "tokens: [alpha, beta]", {"alpha", "beta"}},
                    values_case{"InObjectsOfAList", "users: [{name: a, password: alpha}, {name: b, password: beta}]", {"alpha", "beta"}},
                    values_case{"ANumberIsAPasswordToo", "password: 12345678", {"12345678"}},
                    values_case{"ANumberThatSpeaksOfNone", "port: 12345678", {}},
                    values_case{"TrueAndNothingAreNoSecrets", "secret: {enabled: true, name: null}", {}},
                    values_case{"OfSeveralLines", "privateKey: |\n  line one\n  line two\n", {"line one\nline two\n"}},
                    values_case{"TheSameValueTwice", "password: hunter2\ntoken: hunter2", {"hunter2", "hunter2"}}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(SecretsInValues, AnythingButAMappingHasNone) {
  EXPECT_THAT(secrets_in_values(json()), IsEmpty());
  EXPECT_THAT(secrets_in_values(json("hunter2")), IsEmpty());
  EXPECT_THAT(secrets_in_values(json::array({"hunter2"})), IsEmpty());
}

std::vector<std::string> secrets_of(std::string_view manifest) { return secrets_in_manifest(helm::split_manifest(manifest, "shop").value()); }

TEST(SecretsInManifest, AreTheContentOfSecretsDecoded) {
  EXPECT_THAT(secrets_of("apiVersion: v1\nkind: Secret\nmetadata: {name: db}\ndata: {user: c2hvcA==, tls.crt: aHVudGVyMg==}\n"),
              UnorderedElementsAre("shop", "hunter2"));
}

TEST(SecretsInManifest, AreStringDataAsTheyStand) {
  EXPECT_THAT(secrets_of("apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {user: shop, conf: \"a\\nb\"}\n"),
              UnorderedElementsAre("shop", "a\nb"));
}

TEST(SecretsInManifest, KeepTheirBytes) {
  EXPECT_THAT(secrets_of("apiVersion: v1\nkind: Secret\nmetadata: {name: db}\ndata: {key: AP8Aqg==}\n"),
              UnorderedElementsAre(std::string("\0\xff\0\xaa", 4)));
}

TEST(SecretsInManifest, WhatIsNoBase64IsLeftOutAndTheRestKept) {
  EXPECT_THAT(secrets_of("apiVersion: v1\nkind: Secret\nmetadata: {name: db}\ndata: {bad: '***', number: 5, none: null, good: aHVudGVyMg==}\n"),
              UnorderedElementsAre("hunter2"));
}

TEST(SecretsInManifest, OfEverySecretAndOfNothingElse) {
  EXPECT_THAT(secrets_of("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {k: first}\n---\n"
                         "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndata: {password: public}\n---\n"
                         "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Secret, metadata: {name: c}, stringData: {k: second}}]\n"),
              UnorderedElementsAre("first", "second"));
}

TEST(SecretsInManifest, ASecretWithoutContentHasNone) {
  EXPECT_THAT(secrets_of("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"), IsEmpty());
  EXPECT_THAT(secrets_of("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: null\nstringData: null\n"), IsEmpty());
  EXPECT_THAT(secrets_of("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: [x]\n"), IsEmpty());
}

}  // namespace
}  // namespace leadsman::runner
