#include "archive/folder.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "unit/archive/fixture.hpp"

namespace leadsman::archive {
namespace {

std::string digest_or_error(const temporary_folder& folder) {
  const auto content = read_folder(folder.path / "c");
  return content ? digest_of(*content) : content.error().message;
}

TEST(ReadFolder, GivesTheSameDigestWhateverTimeModeAndOrder) {
  const temporary_folder one, other;
  for (const char* name : {"c/b.yaml", "c/a.yaml", "c/t/z.yaml"}) one.write(name, name);
  for (const char* name : {"c/t/z.yaml", "c/a.yaml", "c/b.yaml"}) other.write(name, name);
  fs::permissions(other.path / "c/a.yaml", fs::perms::owner_all & ~fs::perms::owner_exec);
  fs::permissions(other.path / "c/b.yaml", fs::perms(0464));
  fs::last_write_time(other.path / "c/t/z.yaml", fs::file_time_type::clock::now() - std::chrono::hours(1000));
  fs::create_directories(other.path / "c/empty");
  other.write("c/.git/HEAD", "ref");
  EXPECT_EQ(digest_or_error(one), digest_or_error(other));

  fs::permissions(other.path / "c/a.yaml", fs::perms(0755));
  EXPECT_NE(digest_or_error(one), digest_or_error(other));
}

TEST(ReadFolder, FollowsLinksThatStayInside) {
  const temporary_folder linked, plain;
  linked.write("c/shared/values.yaml", "v");
  fs::create_symlink("shared/values.yaml", linked.path / "c/values.yaml");
  fs::create_symlink("shared", linked.path / "c/again");
  plain.write("c/shared/values.yaml", "v");
  plain.write("c/values.yaml", "v");
  plain.write("c/again/values.yaml", "v");
  EXPECT_EQ(digest_or_error(linked), digest_or_error(plain));
}

struct bad_folder {
  const char* name;
  void (*make)(const fs::path&);
  const char* says;
};

TEST(ReadFolder, RefusesWhatCannotTravel) {
  const std::vector<bad_folder> cases{
      {"link out", [](const fs::path& c) { fs::create_symlink("/etc/hostname", c / "l"); },
       "leads out of the folder"},
      {"link to a sibling with the same beginning",
       [](const fs::path& c) {
         fs::create_directories(c.string() + "-other");
         fs::create_symlink("../c-other", c / "l");
       },
       "leads out of the folder"},
      {"dangling link", [](const fs::path& c) { fs::create_symlink("absent", c / "l"); }, "does not exist"},
      {"link to itself", [](const fs::path& c) { fs::create_symlink("l", c / "l"); }, "does not exist"},
      {"circle",
       [](const fs::path& c) {
         fs::create_directories(c / "t/u");
         fs::create_symlink("../..", c / "t/u/l");
       },
       "a symbolic link to a folder that contains it"},
      {"named pipe", [](const fs::path& c) { ::mkfifo((c / "p").c_str(), 0600); },
       "neither a file nor a folder"},
      {"control character", [](const fs::path& c) { fs::create_directories(c / "a\nb"); },
       "control characters"},
  };
  for (const bad_folder& c : cases) {
    const temporary_folder folder;
    folder.write("c/Chart.yaml", "x");
    c.make(folder.path / "c");
    const auto content = read_folder(folder.path / "c");
    ASSERT_FALSE(content) << c.name;
    EXPECT_EQ(content.error().code, errc::invalid_input) << c.name;
    EXPECT_NE(content.error().message.find(c.says), std::string::npos)
        << c.name << ": " << content.error().message;
  }
}

TEST(ReadFolder, StopsAtTheLimits) {
  const temporary_folder folder;
  for (const char* name : {"c/a", "c/b", "c/d"}) folder.write(name, std::string(100, 'x'));
  for (const limits& bounds :
       {limits{.max_entries = 2}, limits{.max_total_bytes = 250}, limits{.max_entry_bytes = 99}}) {
    const auto content = read_folder(folder.path / "c", bounds);
    ASSERT_FALSE(content);
    EXPECT_EQ(content.error().code, errc::too_large);
  }
}

TEST(WriteFolder, MakesFilesAndTheirExecutableBits) {
  const temporary_folder folder;
  const content_map content{{"a/b/run", {"#!", true}}, {"plain", {"", false}}};
  ASSERT_TRUE(write_folder(content, folder.path / "x/y"));
  EXPECT_EQ(digest_of(*read_folder(folder.path / "x/y")), digest_of(content));
}

}  // namespace
}  // namespace leadsman::archive
