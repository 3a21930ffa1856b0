#include "archive/archive.hpp"

#include <sys/stat.h>

#include "archive/folder.hpp"
#include "unit/archive/fixture.hpp"

namespace leadsman::archive {
namespace {

TEST(WriteTar, IsTheSameBytesInEveryVersion) {
  content_map content;
  content["Chart.yaml"] = {"name: a\n", false};
  content["bin/run"] = {"#!", true};
  content["templates/" + std::string(120, 'n') + ".yaml"] = {"long", false};
  content["ä.txt"] = {"", false};
  EXPECT_EQ(digest_of(content), sign::sha256_hex(write_tar(content)));
  EXPECT_EQ(digest_of(content), "cd3ef39ab5a0a6b2b2686bae2dc9207aa24ceb705ac7f51f76d5d5face0ecf45");
  EXPECT_EQ(write_tar(content).size() % 512, 0u);
}

TEST(ReadArchive, ReadsWhatItWrites) {
  content_map content;
  content["Chart.yaml"] = {"name: a\n", false};
  content["bin/run"] = {std::string("\0#!", 3), true};
  content["empty"] = {"", false};
  content["templates/" + std::string(900, 'n')] = {std::string(100'000, 'y'), false};
  content["größe/名前.yaml"] = {"u", false};
  const std::string packed = compress(write_tar(content));
  const auto read = read_archive(packed);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(write_tar(*read), write_tar(content));
  EXPECT_EQ(digest(packed), digest_of(content));
}

struct hostile_case {
  const char* name;
  std::string bytes;
  errc code;
  const char* says;
};

std::vector<hostile_case> hostile_cases() {
  const std::string good = hostile_archive().add("Chart.yaml", std::string(5000, 'c')).bytes();
  return {
      {"absolute", hostile_archive().add("/etc/passwd").bytes(), errc::invalid_input, "is absolute"},
      {"climbs", hostile_archive().add("../x").bytes(), errc::invalid_input, "climbs out"},
      {"climbs inside", hostile_archive().add("a/../../x").bytes(), errc::invalid_input, "climbs out"},
      {"climbing folder", hostile_archive().add("../x", "", AE_IFDIR).bytes(), errc::invalid_input,
       "climbs out"},
      {"backslash", hostile_archive().add("..\\x").bytes(), errc::invalid_input, "backslash"},
      {"empty part", hostile_archive().add("a//b").bytes(), errc::invalid_input, "empty or '.' part"},
      {"control character", hostile_archive().add("a\x1b[2Jb").bytes(), errc::invalid_input,
       "control characters"},
      {"newline", hostile_archive().add("a\n::error::b").bytes(), errc::invalid_input,
       "'a?::error::b' has control"},
      {"not UTF-8", hostile_archive().add("a\xff").bytes(), errc::invalid_input, "not UTF-8"},
      {"long name", hostile_archive().add(std::string(1001, 'n').c_str()).bytes(), errc::invalid_input,
       "longer than 1,000"},
      {"symbolic link", hostile_archive().add_symlink("a", "/etc/passwd").bytes(), errc::invalid_input,
       "'a' in the archive is a symbolic link"},
      {"hard link", hostile_archive().add("b").add_hardlink("a", "b").bytes(), errc::invalid_input,
       "is a hard link"},
      {"character device", hostile_archive().add("a", "", AE_IFCHR).bytes(), errc::invalid_input,
       "is a device"},
      {"block device", hostile_archive().add("a", "", AE_IFBLK).bytes(), errc::invalid_input, "is a device"},
      {"named pipe", hostile_archive().add("a", "", AE_IFIFO).bytes(), errc::invalid_input,
       "is a named pipe"},
      {"twice", hostile_archive().add("a").add("b").add("a").bytes(), errc::invalid_input, "has 'a' twice"},
      {"twice with ./", hostile_archive().add("a").add("./a").bytes(), errc::invalid_input, "has 'a' twice"},
      {"file and folder", hostile_archive().add("a/b").add("a").bytes(), errc::invalid_input,
       "as a file and as a folder"},
      {"truncated gzip", good.substr(0, good.size() - 12), errc::invalid_input, "damaged"},
      {"truncated tar", compress(write_tar({{"a", {std::string(5000, 'a'), false}}}).substr(0, 2000)),
       errc::invalid_input, "damaged"},
      {"no archive", "hello", errc::invalid_input, "damaged or not a gzipped tar"},
      {"no tar", compress("hello"), errc::invalid_input, "damaged or not a gzipped tar"},
      {"nothing", "", errc::invalid_input, "damaged or not a gzipped tar"},
  };
}

TEST(Unpack, RefusesEveryHostileArchiveAndLeavesNothing) {
  for (const hostile_case& c : hostile_cases()) {
    const temporary_folder folder;
    const auto unpacked = unpack(c.bytes, folder.path / "chart");
    ASSERT_FALSE(unpacked) << c.name;
    EXPECT_EQ(unpacked.error().code, c.code) << c.name;
    EXPECT_NE(unpacked.error().message.find(c.says), std::string::npos)
        << c.name << ": " << unpacked.error().message;
    EXPECT_TRUE(fs::is_empty(folder.path)) << c.name;
  }
}

TEST(Unpack, StopsAtTheLimits) {
  const temporary_folder folder;
  const limits small{.max_entries = 3, .max_total_bytes = 3000, .max_entry_bytes = 2000};
  const std::string two(2000, 'z');
  struct limit_case {
    std::string bytes;
    const char* says;
  };
  for (const limit_case& c : std::vector<limit_case>{
           {hostile_archive().add("a", two + "z").bytes(), "'a' in the archive is larger than 2000 bytes"},
           {hostile_archive().add("a", two).add("b", two).bytes(), "unpacks to more than 3000 bytes"},
           {hostile_archive().add("a").add("b").add("c").add("d").bytes(), "more than 3 entries"},
           {hostile_archive()
                .add("a", "", AE_IFDIR)
                .add("b", "", AE_IFDIR)
                .add("c", "", AE_IFDIR)
                .add("d", "", AE_IFDIR)
                .bytes(),
            "more than 3 entries"},
       }) {
    const auto unpacked = unpack(c.bytes, folder.path / "chart", "", small);
    ASSERT_FALSE(unpacked) << c.says;
    EXPECT_EQ(unpacked.error().code, errc::too_large);
    EXPECT_NE(unpacked.error().message.find(c.says), std::string::npos) << unpacked.error().message;
  }
  EXPECT_TRUE(unpack(hostile_archive().add("a", two).bytes(), folder.path / "chart", "", small));
}

TEST(Unpack, EndsABombEarly) {
  const std::string bomb = compress(write_tar({{"zeros", {std::string(size_t{40} << 20, '\0'), false}}}));
  EXPECT_LT(bomb.size(), size_t{64} << 10);
  const auto read = read_archive(bomb);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, errc::too_large);
}

// The first header of `tar` with another type.
std::string with_type(std::string tar, char type) {
  tar[156] = type;
  std::fill_n(tar.begin() + 148, 8, ' ');
  unsigned sum = 0;
  for (size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(tar[i]);
  std::snprintf(tar.data() + 148, 8, "%06o", sum);
  return tar;
}

TEST(Unpack, RefusesAFolderWithContentInsteadOfSkippingIt) {
  const std::string tar = write_tar({{"a", {std::string(100'000, 'x'), false}}});
  const auto read = read_archive(compress(with_type(tar, '5')));
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("damaged"), std::string::npos) << read.error().message;
}

// Extension headers in front of an entry, one after the other without end.
TEST(Unpack, SurvivesEndlessExtensionHeaders) {
  const std::string tar = write_tar({{std::string(120, 'n'), {"x", false}}});
  const std::string extension = tar.substr(0, 1024);
  for (const char type : {'x', 'g', 'L', 'K', 'V'}) {
    const std::string header = with_type(extension, type);
    std::string endless;
    for (int i = 0; i < 20'000; ++i) endless += header;
    const auto read = read_archive(compress(endless + tar.substr(1024)));
    EXPECT_FALSE(read) << type;
  }
}

TEST(Unpack, ShowsOnlyWhatHasTheExpectedDigest) {
  const temporary_folder folder;
  const std::string bytes = hostile_archive().add("Chart.yaml", "c").add("templates/a.yaml", "a").bytes();
  const auto wrong = unpack(bytes, folder.path / "chart", std::string(64, '0'));
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("is not the one that was announced"), std::string::npos);
  EXPECT_TRUE(fs::is_empty(folder.path));

  const auto sha256 = digest(bytes);
  ASSERT_TRUE(sha256);
  EXPECT_EQ(unpack(bytes, folder.path / "chart", *sha256), *sha256);
  EXPECT_EQ(folder.read("chart/templates/a.yaml"), "a");
  EXPECT_EQ(digest_folder(folder.path / "chart"), *sha256);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path), {}), 1);

  const auto again = unpack(bytes, folder.path / "chart", *sha256);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, errc::conflict);
}

TEST(DigestFolder, NoticesAChangeOnDisk) {
  const temporary_folder folder;
  const auto before = unpack(hostile_archive().add("Chart.yaml", "c").bytes(), folder.path / "chart");
  folder.write("chart/Chart.yaml", "d");
  EXPECT_NE(digest_folder(folder.path / "chart"), before);
}

TEST(ReadArchive, TakesWhatTarMakesOfAFolder) {
  const auto read = read_archive(hostile_archive()
                                     .add(".", "", AE_IFDIR)
                                     .add("./Chart.yaml", "c")
                                     .add("./templates/", "", AE_IFDIR)
                                     .add("./templates/a", "a")
                                     .bytes());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(digest_of(*read), digest_of({{"Chart.yaml", {"c", false}}, {"templates/a", {"a", false}}}));
}

}  // namespace
}  // namespace leadsman::archive
