#include "plugin/folder_digest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>

#include "sign/hash.hpp"
#include "support/temporary_folder.hpp"

namespace leadsman::plugin {
namespace {

using testing::HasSubstr;

struct small_plugin {
  leadsman::test::temporary_folder folder;
  small_plugin() {
    folder.write("run", "#!/bin/sh\n");
    folder.write("lib/a", "A");
    ::chmod((folder.path() / "run").c_str(), 0755);
  }
  std::string digest() const { return folder_digest(folder.path()).value(); }
};

TEST(FolderDigest, IsOfAListingThatOneCanWriteByHand) {
  const std::string listing = sign::sha256_hex("A") + " - lib/a\n" + sign::sha256_hex("#!/bin/sh\n") + " x run\n";
  EXPECT_EQ(small_plugin().digest(), sign::sha256_hex(listing));
}

TEST(FolderDigest, IsTheOneThatTheBuildWrites) {
  const small_plugin plugin;
  plugin.folder.write("lib-b", "sorted by bytes, before lib/a");
  FILE* const script = ::popen(("scripts/register-plugins --digest " + plugin.folder.path().string()).c_str(), "r");
  char said[65] = {};
  ASSERT_EQ(std::fread(said, 1, 64, script), 64U);
  ::pclose(script);
  EXPECT_EQ(plugin.digest(), said);
}

TEST(FolderDigest, ChangesWithContentNamesModesAndFiles) {
  const std::string before = small_plugin().digest();
  const auto after = [](auto change) {
    small_plugin plugin;
    change(plugin.folder);
    return plugin.digest();
  };
  using leadsman::test::temporary_folder;
  EXPECT_NE(before, after([](const temporary_folder& f) { f.write("lib/a", "B"); }));
  EXPECT_NE(before, after([](const temporary_folder& f) { f.write("more", ""); }));
  EXPECT_NE(before, after([](const temporary_folder& f) { std::filesystem::rename(f.path() / "lib", f.path() / "lob"); }));
  EXPECT_NE(before, after([](const temporary_folder& f) { ::chmod((f.path() / "run").c_str(), 0644); }));
  EXPECT_EQ(before, after([](const temporary_folder& f) { ::chmod((f.path() / "run").c_str(), 0700); }));
  EXPECT_EQ(before, after([](const temporary_folder& f) { std::filesystem::create_directory(f.path() / "empty"); }));
}

TEST(FolderDigest, RefusesWhatIsNotAPlainFile) {
  const small_plugin linked, odd, named;
  std::filesystem::create_symlink("run", linked.folder.path() / "link");
  ::mkfifo((odd.folder.path() / "pipe").c_str(), 0600);
  named.folder.write("two\nlines", "");
  EXPECT_THAT(folder_digest(linked.folder.path()).error().message, HasSubstr("link is a symbolic link"));
  EXPECT_THAT(folder_digest(odd.folder.path()).error().message, HasSubstr("pipe is neither a file nor a folder"));
  EXPECT_THAT(folder_digest(named.folder.path()).error().message, HasSubstr("control characters"));
  EXPECT_EQ(folder_digest("/no/such/folder").error().code, errc::not_found);
}

}  // namespace
}  // namespace leadsman::plugin
