#include <SQLiteCpp/Database.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "store/sqlite/folder.hpp"
#include "store/sqlite/open.hpp"
#include "unit/store/contract.hpp"

namespace leadsman::store {

std::vector<backend> backends() {
  return {{"Sqlite", [](const fs::path& folder) { return open_sqlite(folder); }}};
}

namespace {

using testing::HasSubstr;

INSTANTIATE_TEST_SUITE_P(On, StoreContract, testing::ValuesIn(backends()),
                         [](const auto& each) { return each.param.name; });

unsigned mode_of(const fs::path& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 ? about.st_mode & 0777 : 0;
}

error refusal_of(const fs::path& folder) {
  auto opened = open_sqlite(folder);
  return opened ? error{errc::internal, "it was opened"} : opened.error();
}

void write_file(const fs::path& path, std::string_view content) { std::ofstream(path, std::ios::binary) << content; }

TEST(SqliteStore, KeepsItsFilesToItself) {
  const temporary_folder temporary;
  const fs::path folder = temporary.path() / "new" / "state";
  auto opened = open_sqlite(folder);
  ASSERT_TRUE(opened) << opened.error().message;
  ASSERT_TRUE(await((*opened)->put_chart(digest_of(1), "tar")));
  EXPECT_EQ(mode_of(folder.parent_path()), 0700u);
  EXPECT_EQ(mode_of(folder), 0700u);
  EXPECT_EQ(mode_of(folder / "charts"), 0700u);
  EXPECT_EQ(mode_of(folder / "leadsman.db"), 0600u);
  EXPECT_EQ(mode_of(folder / "leadsman.db-wal"), 0600u);
  EXPECT_EQ(mode_of(folder / "charts" / (digest_of(1) + ".tgz")), 0600u);
}

TEST(SqliteStore, TakesThePermissionOfOthersAwayFromAnExistingDatabase) {
  const temporary_folder folder;
  ASSERT_TRUE(open_sqlite(folder.path()));
  fs::permissions(folder.path() / "leadsman.db", fs::perms(0644));
  ASSERT_TRUE(open_sqlite(folder.path()));
  EXPECT_EQ(mode_of(folder.path() / "leadsman.db"), 0600u);
}

TEST(SqliteStore, RefusesADatabaseThatThisProcessHolds) {
  const temporary_folder folder;
  const auto first = open_sqlite(folder.path());
  ASSERT_TRUE(first);
  const error refusal = refusal_of(folder.path());
  EXPECT_EQ(refusal.code, errc::conflict);
  EXPECT_THAT(refusal.message, HasSubstr("in use by another agent"));
  EXPECT_TRUE(await((*first)->put_chart(digest_of(1), "tar"))) << "the first one has lost its lock";
  EXPECT_EQ(refusal_of(folder.path()).code, errc::conflict) << "asking twice has opened the door";
}

TEST(SqliteStore, RefusesADatabaseThatAnotherProcessHolds) {
  const temporary_folder folder;
  int opened[2], enough[2];
  ASSERT_EQ(::pipe(opened), 0);
  ASSERT_EQ(::pipe(enough), 0);
  const pid_t holder = ::fork();
  if (holder == 0) {
    const auto held = open_sqlite(folder.path());
    char byte = held ? 'y' : 'n';
    ::close(enough[1]);  // so that it ends with its parent, whatever happens
    (void)!::write(opened[1], &byte, 1);
    (void)!::read(enough[0], &byte, 1);
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(opened[0], &byte, 1), 1);
  ASSERT_EQ(byte, 'y');
  EXPECT_EQ(refusal_of(folder.path()).code, errc::conflict);
  ASSERT_EQ(::write(enough[1], &byte, 1), 1);
  ASSERT_EQ(::waitpid(holder, nullptr, 0), holder);
  EXPECT_TRUE(open_sqlite(folder.path())) << "the lock has outlived its process";
  for (const int end : {opened[0], opened[1], enough[0], enough[1]}) ::close(end);
}

TEST(SqliteStore, RefusesADatabaseOfANewerAgent) {
  const temporary_folder folder;
  ASSERT_TRUE(open_sqlite(folder.path()));
  SQLite::Database(folder.path() / "leadsman.db", SQLite::OPEN_READWRITE)
      .exec("INSERT INTO schema_version (version, name) VALUES (99, '0099_future')");
  const error refusal = refusal_of(folder.path());
  EXPECT_EQ(refusal.code, errc::refused);
  EXPECT_THAT(refusal.message, HasSubstr("schema version 99"));
  EXPECT_THAT(refusal.message, HasSubstr("newer agent"));
}

TEST(SqliteStore, RefusesADatabaseOfAnotherProgram) {
  const temporary_folder folder;
  SQLite::Database(folder.path() / "leadsman.db", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("CREATE TABLE theirs (x)");
  EXPECT_EQ(refusal_of(folder.path()).code, errc::invalid_input);
  SQLite::Database after(folder.path() / "leadsman.db");
  EXPECT_FALSE(after.tableExists("deployment"));
}

TEST(SqliteStore, RefusesAFileThatIsNoDatabase) {
  const temporary_folder folder;
  write_file(folder.path() / "leadsman.db", std::string(4096, 'x'));
  EXPECT_EQ(refusal_of(folder.path()).code, errc::invalid_input);
}

TEST(SqliteStore, RefusesAPathThatIsNoFolder) {
  const temporary_folder folder;
  write_file(folder.path() / "file", "");
  EXPECT_EQ(refusal_of(folder.path() / "file").code, errc::invalid_input);
}

TEST(SqliteStore, KnowsNetworkFileSystemsByTheirMagic) {
  struct row {
    const char* name;
    unsigned long magic;
    std::optional<std::string_view> expected;
  };
  for (const row& each : {row{"nfs", 0x6969, "NFS"}, row{"cifs", 0xff534d42, "CIFS"},
                          row{"cifs, sign-extended", 0xffffffffff534d42, "CIFS"}, row{"smb2", 0xfe534d42, "SMB2"},
                          row{"fuse", 0x65735546, "FUSE"}, row{"ceph", 0x00c36400, "Ceph"},
                          row{"ext4", 0xef53, std::nullopt}, row{"xfs", 0x58465342, std::nullopt},
                          row{"tmpfs", 0x01021994, std::nullopt}, row{"overlay", 0x794c7630, std::nullopt},
                          row{"btrfs", 0x9123683e, std::nullopt}}) {
    EXPECT_EQ(sqlite::network_file_system(each.magic), each.expected) << each.name;
  }
}

TEST(SqliteStore, TakesAChartThatWasCutShortForAbsent) {
  const temporary_folder folder;
  auto opened = open_sqlite(folder.path()).value();
  const fs::path file = folder.path() / "charts" / (digest_of(1) + ".tgz");
  ASSERT_TRUE(await(opened->put_chart(digest_of(1), "content")));
  fs::resize_file(file, 3);
  EXPECT_EQ(await(opened->has_chart(digest_of(1))), false);
  EXPECT_EQ(await(opened->chart(digest_of(1))).error().code, errc::not_found);
  ASSERT_TRUE(await(opened->put_chart(digest_of(1), "content")));
  EXPECT_EQ(await(opened->chart(digest_of(1))), "content");
}

TEST(SqliteStore, SweepsUpWhatAnInterruptedUploadHasLeft) {
  const temporary_folder folder;
  ASSERT_TRUE(open_sqlite(folder.path()));
  const fs::path charts = folder.path() / "charts";
  write_file(charts / (digest_of(1) + ".part"), "half");
  write_file(charts / (digest_of(2) + ".tgz"), "without its row");
  write_file(charts / "README", "of somebody");
  auto opened = open_sqlite(folder.path()).value();
  EXPECT_FALSE(fs::exists(charts / (digest_of(1) + ".part")));
  EXPECT_EQ(await(opened->has_chart(digest_of(2))), false);
  ASSERT_TRUE(await(opened->prune({})));
  EXPECT_FALSE(fs::exists(charts / (digest_of(2) + ".tgz")));
  EXPECT_TRUE(fs::exists(charts / "README"));
}

}  // namespace
}  // namespace leadsman::store
