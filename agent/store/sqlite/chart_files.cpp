#include "store/sqlite/chart_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "base/text.hpp"
#include "store/sqlite/failure.hpp"
#include "store/sqlite/folder.hpp"

namespace leadsman::store::sqlite {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view k_suffix = ".tgz";
constexpr std::string_view k_unfinished_suffix = ".part";

// 0, or the errno of what failed.
int write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    content.remove_prefix(static_cast<size_t>(written));
  }
  return ::fsync(file) == 0 ? 0 : errno;
}

int write_file(const fs::path& path, std::string_view content) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return errno;
  const int failed = write_all(file, content);
  if (::close(file) != 0 && failed == 0) return errno;
  return failed;
}

std::string digest_of(const fs::path& file) {
  return file.extension() == k_suffix && check_digest(file.stem().string()) ? file.stem().string() : std::string();
}

}  // namespace

result<void> check_digest(const std::string& digest) {
  if (is_sha256_hex(digest)) return {};
  return fail(errc::invalid_input, "a chart's digest is SHA-256 in 64 lower-case hex digits", "chart.digest");
}

fs::path chart_files::path_of(const std::string& digest) const { return folder_ / (digest + std::string(k_suffix)); }

result<void> chart_files::prepare() {
  LEADSMAN_CHECK(prepare_folder(folder_));
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder_, failure)) {
    std::error_code ignored;
    if (entry.path().extension() == k_unfinished_suffix) fs::remove(entry.path(), ignored);
  }
  if (failure) return fail(failure_of(failure.value(), fmt::format("read the folder {}", folder_.string())));
  return {};
}

result<void> chart_files::write(const std::string& digest, const std::string& content) {
  const fs::path path = path_of(digest);
  const fs::path unfinished = folder_ / (digest + std::string(k_unfinished_suffix));
  int failed = write_file(unfinished, content);
  if (failed == 0 && ::rename(unfinished.c_str(), path.c_str()) != 0) failed = errno;
  if (failed == 0) return sync_folder(folder_);
  ::unlink(unfinished.c_str());
  return fail(failure_of(failed, fmt::format("save the chart {}", path.string())));
}

result<std::string> chart_files::read(const std::string& digest) const {
  std::ifstream file(path_of(digest), std::ios::binary);
  if (!file) return fail(errc::not_found, fmt::format("there is no chart {}; upload it first", digest), "chart.digest");
  std::string content(static_cast<size_t>(size(digest).value_or(0)), '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file) return fail(errc::unavailable, fmt::format("cannot read the chart {}", path_of(digest).string()));
  return content;
}

std::optional<int64_t> chart_files::size(const std::string& digest) const {
  std::error_code failure;
  const auto bytes = fs::file_size(path_of(digest), failure);
  return failure ? std::nullopt : std::optional(static_cast<int64_t>(bytes));
}

void chart_files::remove(const std::string& digest) {
  std::error_code ignored;
  fs::remove(path_of(digest), ignored);
}

std::vector<std::string> chart_files::digests() const {
  std::vector<std::string> found;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder_, failure)) {
    if (std::string digest = digest_of(entry.path()); !digest.empty()) found.push_back(std::move(digest));
  }
  return found;
}

}  // namespace leadsman::store::sqlite
