#include "store/sqlite/volume.hpp"

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <cerrno>
#include <fstream>

#include "unit/store/contract.hpp"

namespace leadsman::store {
namespace {

using testing::HasSubstr;
using wire::verdict;

constexpr uint64_t k_gib = 1ULL << 30;

volume_sight fit() {
  return {.folder = "/state", .type = 0xef53, .bytes = 2 * k_gib, .free_bytes = k_gib, .files = 1000, .free_files = 900, .owner = 65532, .user = 65532, .mode = S_IFDIR | 0700};
}

template <class Change>
volume_sight unfit(Change change) {
  volume_sight v = fit();
  change(v);
  return v;
}

TEST(Volume, IsJudgedByTheWorstThatIsWrongWithIt) {
  using v = volume_sight;
  struct {
    const char* name;
    volume_sight seen;
    verdict expected;
    const char* found;
    const char* mend;
  } const rows[] = {
      {"fit", fit(), verdict::ok, "/state, 1024 MiB free of 2048 MiB", ""},
      {"not there", unfit([](v& x) { x.failure = EACCES; }), verdict::failed, "Permission denied", "is the volume mounted"},
      {"a file", unfit([](v& x) { x.is_folder = false; }), verdict::failed, "is not a folder", "name another one"},
      {"NFS", unfit([](v& x) { x.type = 0x6969; }), verdict::failed, "is on NFS", "local disk or a block volume"},
      {"CIFS", unfit([](v& x) { x.type = 0xff534d42; }), verdict::failed, "is on CIFS", "block volume"},
      {"read-only", unfit([](v& x) { x.write_failure = EROFS; }), verdict::failed, "read-only", "mount it writable"},
      {"full", unfit([](v& x) { x.write_failure = ENOSPC; x.free_bytes = 0; }), verdict::failed, "is on a file system that is full", "free some space"},
      {"over the quota", unfit([](v& x) { x.write_failure = EDQUOT; }), verdict::failed, "full", "free some space"},
      {"somebody else's", unfit([](v& x) { x.write_failure = EACCES; x.owner = 1000; }), verdict::failed, "(user 65532): it belongs to user 1000, mode 0700", "chown 65532 /state"},
      {"broken", unfit([](v& x) { x.write_failure = EIO; }), verdict::failed, "Input/output error", "kernel's log"},
      {"no inodes", unfit([](v& x) { x.free_files = 0; }), verdict::failed, "inodes", "remove files"},
      {"inodes are not counted", unfit([](v& x) { x.files = x.free_files = 0; }), verdict::ok, "1024 MiB free", ""},
      {"nearly full", unfit([](v& x) { x.free_bytes = k_least_free - 1; }), verdict::failed, "nearly full: 63 MiB free", "a large chart does not fit"},
      {"little left", unfit([](v& x) { x.free_bytes = k_little_free - 1; }), verdict::warning, "little space left: 199 MiB free", "retention"},
      {"open to everybody", unfit([](v& x) { x.mode = S_IFDIR | 0777; }), verdict::failed, "by everybody (mode 0777)", "chmod o-w /state"},
      {"a folder for temporary files", unfit([](v& x) { x.mode = S_IFDIR | 01777; x.owner = 0; }), verdict::ok, "", ""},
      {"another owner who lets us", unfit([](v& x) { x.owner = 1000; x.mode = S_IFDIR | 0770; }), verdict::warning, "belongs to user 1000, we are user 65532", "chown 65532 /state"},
      {"a volume of Kubernetes", unfit([](v& x) { x.owner = 0; x.mode = S_IFDIR | 02775; }), verdict::ok, "", ""},
  };
  for (const auto& row : rows) {
    const wire::check got = judge_volume(row.seen);
    EXPECT_EQ(got.verdict, row.expected) << row.name << ": " << got.found;
    EXPECT_THAT(got.found, HasSubstr(row.found)) << row.name;
    EXPECT_THAT(got.mend, HasSubstr(row.mend)) << row.name;
    EXPECT_EQ(got.mend.empty(), row.expected == verdict::ok) << row.name;
  }
}

TEST(Volume, IsLookedAtWithoutLeavingAnythingThere) {
  const temporary_folder folder;
  const volume_sight seen = look_at_volume(folder.path());
  EXPECT_EQ(seen.folder, folder.path());
  EXPECT_EQ(seen.write_failure, 0);
  EXPECT_EQ(seen.owner, ::geteuid());
  EXPECT_GT(seen.bytes, 0u);
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(Volume, ThatIsNotThereYetIsTheOneAboveIt) {
  const temporary_folder folder;
  EXPECT_EQ(look_at_volume(folder.path() / "a" / "b").folder, folder.path());
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

class MountedVolume : public testing::Test {
 protected:
  void SetUp() override {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) GTEST_SKIP() << "needs the permission to mount";
    mounted_ = ::mount("leadsman-test", disk_.path().c_str(), "tmpfs", 0, "size=65536") == 0;
    ASSERT_TRUE(mounted_);
  }
  void TearDown() override {
    if (mounted_) ::umount2(disk_.path().c_str(), MNT_DETACH);
  }
  temporary_folder disk_;
  bool mounted_ = false;
};

TEST_F(MountedVolume, IsFoundFull) {
  std::ofstream(disk_.path() / "ballast") << std::string(65536, 'x');
  EXPECT_EQ(look_at_volume(disk_.path()).write_failure, ENOSPC);
}

TEST_F(MountedVolume, IsFoundReadOnly) {
  ASSERT_EQ(::mount(nullptr, disk_.path().c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
  EXPECT_EQ(look_at_volume(disk_.path()).write_failure, EROFS);
}

}  // namespace
}  // namespace leadsman::store
