#include "auth/policy.hpp"

#include <gtest/gtest.h>

namespace leadsman::auth {
namespace {

using nlohmann::json;

const sign::private_key k_granted_key = sign::private_key::from_seed({1});
const sign::private_key k_other_key = sign::private_key::from_seed({2});

json grant(json changes = json::object()) {
  json value{{"name", "ci"}, {"public-key", k_granted_key.public_part().text()}, {"may", {"read", "deploy"}}, {"releases", {"shop/*"}}};
  value.update(changes);
  return value;
}

json without(const char* key) {
  json value = grant();
  value.erase(key);
  return value;
}

struct bad_case {
  const char* name;
  json list;
  const char* field;
  const char* message;
};

TEST(ParsePolicy, SaysWhatIsWrongWithAnEntryAndWhatIsAllowed) {
  const std::vector<bad_case> cases{
      {"no list", "all", "access.keys", "expected a list of keys, found the text 'all'"},
      {"unknown key", {grant({{"release", "x"}})}, "access.keys[0].release", "unknown key 'release'; did you mean 'releases'?"},
      {"unknown verb", {grant({{"may", {"deplyo"}}})}, "access.keys[0].may", "'deplyo' is not known; allowed is one of read, deploy, rollback, cancel or promote (did you mean 'deploy'?)"},
      {"no verbs", {without("may")}, "access.keys[0].may", "is required: what the key may do, one of read, deploy, rollback, cancel or promote"},
      {"no releases", {without("releases")}, "access.keys[0].releases", "is required: the releases the key is for, as in shop/*; */* is all of them"},
      {"glob without namespace", {grant({{"releases", "*"}})}, "access.keys[0].releases", "'*' can match no release; expected namespace/name or cluster/namespace/name, where * stands for any characters"},
      {"glob of impossible characters", {grant({{"releases", "Shop/x"}})}, "access.keys[0].releases", "'Shop/x' can match no release; expected namespace/name or cluster/namespace/name, where * stands for any characters"},
      {"environments empty", {grant({{"environments", json::array()}})}, "access.keys[0].environments", "is empty, which would allow nothing; leave it out to allow all"},
      {"cluster-scoped", {grant({{"cluster-scoped", "maybe"}})}, "access.keys[0].cluster-scoped", "expected true or false, found the text 'maybe'"},
      {"name", {grant({{"name", "a b"}})}, "access.keys[0].name", "has to be 1 to 63 letters, digits, '-', '_', '.' or '@'"},
      {"same name", {grant(), grant({{"public-key", k_other_key.public_part().text()}})}, "access.keys[1].name", "two keys are named 'ci'"},
      {"same key", {grant(), grant({{"name", "cd"}})}, "access.keys[1].public-key", "is the key of 'ci' too; one key has one entry"},
  };
  for (const bad_case& c : cases) {
    const auto parsed = parse_policy(c.list, "access.keys");
    ASSERT_FALSE(parsed) << c.name;
    EXPECT_EQ(parsed.error().field, c.field) << c.name;
    EXPECT_EQ(parsed.error().message, c.message) << c.name;
  }
}

TEST(ParsePolicy, NamesTheFieldOfABadKeyWithoutRepeatingIt) {
  const auto parsed = parse_policy(json::array({grant({{"public-key", k_granted_key.text()}})}), "access.keys");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().field, "access.keys[0].public-key");
  EXPECT_EQ(parsed.error().message.find(k_granted_key.text()), std::string::npos);
}

TEST(ParsePolicy, NothingConfiguredAllowsNoKey) {
  const auto parsed = parse_policy(nullptr, "access.keys");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->find_key(k_granted_key.public_part().id()), nullptr);
}

struct allow_case {
  const char* name;
  json changes;
  verb what;
  target where;
  const char* why_not;  // null: allowed
};

const target k_shop{{"default", "shop", "web"}};

TEST(Policy, DeniesWhatNoGrantNamesAndSaysWhyToTheOperator) {
  const std::vector<allow_case> cases{
      {"granted", {}, verb::deploy, k_shop, nullptr},
      {"other verb", {}, verb::rollback, k_shop, "key 'ci' may read, deploy, not rollback"},
      {"other namespace", {}, verb::deploy, {{"default", "pay", "web"}}, "key 'ci' is for shop/*, not for default/pay/web"},
      {"glob of all", {{"releases", "*/*"}}, verb::deploy, {{"prod", "pay", "web"}}, nullptr},
      {"star does not reach over a slash", {{"releases", "shop/*"}}, verb::read, {{"shop", "pay", "web"}}, "key 'ci' is for shop/*, not for shop/pay/web"},
      {"cluster given", {{"releases", "prod/shop/*"}}, verb::read, {{"prod", "shop", "web"}}, nullptr},
      {"other cluster", {{"releases", "prod/shop/*"}}, verb::read, k_shop, "key 'ci' is for prod/shop/*, not for default/shop/web"},
      {"one release", {{"releases", "shop/web"}}, verb::read, {{"default", "shop", "web2"}}, "key 'ci' is for shop/web, not for default/shop/web2"},
      {"some release there", {{"releases", "shop/web"}}, verb::read, {{"default", "shop", ""}}, nullptr},
      {"no release there", {{"releases", "shop/web"}}, verb::read, {{"default", "pay", ""}}, "key 'ci' is for shop/web, not for default/pay/"},
      {"environment", {{"environments", {"staging", "pr-*"}}}, verb::deploy, {k_shop.release, "pr-7"}, nullptr},
      {"other environment", {{"environments", "staging"}}, verb::deploy, {k_shop.release, "production"}, "key 'ci' is for the environments staging; the request names 'production'"},
      {"no environment", {{"environments", "staging"}}, verb::deploy, k_shop, "key 'ci' is for the environments staging; the request names none"},
  };
  for (const allow_case& c : cases) {
    const auto parsed = parse_policy(json::array({grant(c.changes.is_null() ? json::object() : c.changes)}), "access.keys");
    ASSERT_TRUE(parsed) << c.name << ": " << parsed.error().message;
    const auto reason = parsed->why_not({principal_kind::key, "ci"}, c.what, c.where);
    EXPECT_EQ(reason.value_or("allowed"), c.why_not ? c.why_not : "allowed") << c.name;
  }
}

struct granted_reach_case {
  const char* name;
  json changes;
  const char* cluster;
  model::reach reach;
};

TEST(Policy, AKeysObjectsMayBeInTheNamespacesOfItsReleases) {
  const std::vector<granted_reach_case> cases{
      {"one namespace", {{"releases", "shop/*"}}, "default", {{"shop"}, false}},
      {"one release", {{"releases", "shop/web"}}, "default", {{"shop"}, false}},
      {"several", {{"releases", {"shop/*", "pr-*/web"}}}, "default", {{"shop", "pr-*"}, false}},
      {"in this cluster", {{"releases", {"prod/shop/*", "test/*/*"}}}, "prod", {{"shop"}, false}},
      {"in the other cluster", {{"releases", {"prod/shop/*", "test/*/*"}}}, "test", {{"*"}, true}},
      {"in no such cluster", {{"releases", "prod/shop/*"}}, "default", {{}, false}},
      {"every namespace, so the cluster too", {{"releases", "*/*"}}, "default", {{"*"}, true}},
      {"every namespace, but not the cluster", {{"releases", "*/*"}, {"cluster-scoped", false}}, "default", {{"*"}, false}},
      {"the cluster too", {{"releases", "shop/*"}, {"cluster-scoped", true}}, "default", {{"shop"}, true}},
  };
  for (const granted_reach_case& c : cases) {
    const auto parsed = parse_policy(json::array({grant(c.changes)}), "access.keys");
    ASSERT_TRUE(parsed) << c.name << ": " << parsed.error().message;
    EXPECT_EQ(parsed->reach({principal_kind::key, "ci"}, c.cluster), c.reach) << c.name;
  }
}

TEST(Policy, LocalCallersReachEverythingAndUnknownNamesNothing) {
  const policy empty;
  EXPECT_TRUE(model::is_unlimited(empty.reach({principal_kind::local, "local"}, "default")));
  EXPECT_EQ(empty.reach({principal_kind::key, "ci"}, "default"), model::reach{});
}

TEST(Policy, LocalCallersMayEverythingAndUnknownNamesNothing) {
  const policy empty;
  EXPECT_FALSE(empty.why_not({principal_kind::local, "local"}, verb::rollback, k_shop));
  EXPECT_EQ(empty.why_not({principal_kind::key, "ci"}, verb::read, k_shop), "no key named 'ci' is configured");
}

TEST(Principal, AKeyNamedLocalIsNotTheLocalUser) {
  EXPECT_EQ(to_string(principal{principal_kind::key, "local"}), "key:local");
  EXPECT_EQ(to_string(principal{principal_kind::local, "local"}), "local");
}

}  // namespace
}  // namespace leadsman::auth
