#include "sign/key.hpp"

#include <gtest/gtest.h>

#include "sign/hash.hpp"

namespace leadsman::sign {
namespace {

TEST(Key, ReadsBothTextForms) {
  const key_pair pair = make_key_pair();
  const auto open = public_key::parse(pair.open.text());
  const auto secret = private_key::parse(pair.secret.text());
  ASSERT_TRUE(open && secret);
  EXPECT_EQ(*open, pair.open);
  EXPECT_EQ(secret->public_part(), pair.open);
  EXPECT_EQ(pair.open.id().size(), 16u);
  EXPECT_NE(make_key_pair().open.id(), pair.open.id());
}

TEST(Key, VerifiesOnlyWhatItSigned) {
  const key_pair pair = make_key_pair();
  const std::string signature = pair.secret.sign("deploy shop");
  EXPECT_TRUE(pair.open.verify("deploy shop", signature));
  EXPECT_FALSE(pair.open.verify("deploy shop!", signature));
  EXPECT_FALSE(make_key_pair().open.verify("deploy shop", signature));
  EXPECT_FALSE(pair.open.verify("deploy shop", signature.substr(1)));
}

struct bad_key {
  const char* name;
  std::string text;
  const char* says;
};

TEST(Key, SaysWhatIsWrongWithoutRepeatingIt) {
  const key_pair pair = make_key_pair();
  const std::string secret = pair.secret.text();
  for (const bad_key& c : std::vector<bad_key>{
           {"no prefix", "bm90IGEga2V5", "is not a private key"},
           {"public", pair.open.text(), "is a public key"},
           {"too short", "ed25519-secret:bm90IGEga2V5", "it has 9 bytes, expected are 32"},
           {"no base64", secret + "%", "is not base64"},
           {"no padding", secret.substr(0, secret.size() - 1), "is not base64"},
       }) {
    const auto parsed = private_key::parse(c.text);
    ASSERT_FALSE(parsed) << c.name;
    EXPECT_NE(parsed.error().message.find(c.says), std::string::npos)
        << c.name << ": " << parsed.error().message;
    EXPECT_EQ(parsed.error().message.find(c.text.substr(c.text.find(':') + 1)), std::string::npos) << c.name;
  }
  const auto leaked = public_key::parse(secret);
  ASSERT_FALSE(leaked);
  EXPECT_NE(leaked.error().message.find("is a private key"), std::string::npos);
}

TEST(Key, IsZeroedWhenItEnds) {
  alignas(private_key) unsigned char place[sizeof(private_key)];
  auto* key = new (place) private_key(private_key::generate());
  volatile unsigned char* bytes = place;
  unsigned before = 0;
  for (size_t i = 0; i < sizeof place; ++i) before |= bytes[i];
  key->~private_key();
  unsigned after = 0;
  for (size_t i = 0; i < sizeof place; ++i) after |= bytes[i];
  EXPECT_NE(before, 0u);
  EXPECT_EQ(after, 0u);
}

TEST(Sha256, FollowsTheStandardWholeAndInPieces) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  sha256_hasher hasher;
  hasher.update("a");
  hasher.update("bc");
  EXPECT_EQ(hasher.finish_hex(), sha256_hex("abc"));
}

TEST(Encoding, ReadsWhatItWritesAndNothingElse) {
  const std::string bytes("\x00\xff\x10", 3);
  EXPECT_EQ(from_hex(to_hex(bytes)), bytes);
  EXPECT_EQ(from_base64(to_base64(bytes + "x")), bytes + "x");
  for (const char* text : {"0", "0g", "00 ", "0x"}) EXPECT_FALSE(from_hex(text)) << text;
  for (const char* text : {"A", "AA", "AAA", "A A=", "AAAA="}) EXPECT_FALSE(from_base64(text)) << text;
  EXPECT_EQ(to_base64url("\xfb\xff\xfe"), "-__-");
}

TEST(EqualConstantTime, ComparesLengthAndContent) {
  EXPECT_TRUE(equal_constant_time("same", "same"));
  EXPECT_FALSE(equal_constant_time("same", "sane"));
  EXPECT_FALSE(equal_constant_time("same", "sam"));
}

}  // namespace
}  // namespace leadsman::sign
