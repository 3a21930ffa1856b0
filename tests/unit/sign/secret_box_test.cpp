#include "sign/secret_box.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "sign/hash.hpp"

namespace leadsman::sign {
namespace {

namespace fs = std::filesystem;

class SecretBox : public testing::Test {
 protected:
  SecretBox() : folder_(fs::temp_directory_path() / ("leadsman-box-" + to_hex(random_bytes(6)))) {
    fs::create_directories(folder_);
  }
  ~SecretBox() override { fs::remove_all(folder_); }

  fs::path folder_;
};

TEST_F(SecretBox, OpensWhatItSealedAlsoAfterARestart) {
  const auto box = secret_box::load_or_create(folder_ / "key");
  ASSERT_TRUE(box);
  const std::string sealed = box->seal("values: secret");
  EXPECT_EQ(sealed.find("secret"), std::string::npos);
  EXPECT_NE(sealed, box->seal("values: secret"));
  const auto again = secret_box::load_or_create(folder_ / "key");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->open(sealed), "values: secret");
  EXPECT_EQ(again->open(box->seal("")), "");
}

TEST_F(SecretBox, MakesAPrivateFileAndNothingBesideIt) {
  ASSERT_TRUE(secret_box::load_or_create(folder_ / "key"));
  EXPECT_EQ(fs::status(folder_ / "key").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(fs::file_size(folder_ / "key"), 32u);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);
}

TEST_F(SecretBox, RefusesAnythingChanged) {
  const secret_box box(secret_box::key{1});
  const std::string sealed = box.seal("values");
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(box.open(changed)) << i;
  }
  EXPECT_FALSE(box.open(sealed.substr(0, sealed.size() - 1)));
  EXPECT_FALSE(box.open(""));
  EXPECT_FALSE(secret_box(secret_box::key{2}).open(sealed));
}

TEST_F(SecretBox, RefusesAKeyFileThatOthersMayRead) {
  ASSERT_TRUE(secret_box::load_or_create(folder_ / "key"));
  for (const fs::perms extra : {fs::perms::group_read, fs::perms::others_read, fs::perms::others_write}) {
    fs::permissions(folder_ / "key", fs::perms::owner_read | extra);
    const auto box = secret_box::load_or_create(folder_ / "key");
    ASSERT_FALSE(box);
    EXPECT_EQ(box.error().code, errc::refused);
  }
}

TEST_F(SecretBox, RefusesAKeyFileOfAnotherSize) {
  for (const size_t size : {0, 31, 33}) {
    std::ofstream(folder_ / "key") << std::string(size, 'k');
    fs::permissions(folder_ / "key", fs::perms::owner_read | fs::perms::owner_write);
    const auto box = secret_box::load_or_create(folder_ / "key");
    ASSERT_FALSE(box);
    EXPECT_EQ(box.error().code, errc::invalid_input);
  }
}

TEST_F(SecretBox, SaysThatAFolderIsMissing) {
  const auto box = secret_box::load_or_create(folder_ / "absent" / "key");
  ASSERT_FALSE(box);
  EXPECT_NE(box.error().message.find("No such file"), std::string::npos);
}

}  // namespace
}  // namespace leadsman::sign
