#include "process/identity.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <charconv>
#include <fstream>
#include <iterator>

#include "base/text.hpp"

namespace leadsman::process {

namespace {

struct process_stat {
  char state = '?';
  uint64_t start_ticks = 0;
};

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::optional<std::string> boot_id() {
  const auto text = read_file("/proc/sys/kernel/random/boot_id");
  if (!text) return std::nullopt;
  return std::string(trim(*text));
}

template <class T>
bool parse_number(std::string_view text, T& out) {
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
  return ec == std::errc{} && end == text.data() + text.size() && !text.empty();
}

std::optional<process_stat> read_stat(int pid) {
  const auto text = read_file(fmt::format("/proc/{}/stat", pid));
  if (!text) return std::nullopt;
  // The second field is the program's name in parentheses and may hold anything, even ") R 1": look from the end.
  const size_t name_end = text->rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  const auto fields = split(trim(std::string_view(*text).substr(name_end + 1)), ' ');
  constexpr size_t k_start = 22 - 3;  // the first field after the name is number 3
  process_stat stat;
  if (fields.size() <= k_start || fields[0].empty() || !parse_number(fields[k_start], stat.start_ticks)) return std::nullopt;
  stat.state = fields[0][0];
  return stat;
}

}  // namespace

result<process_identity> identify(int pid) {
  const auto stat = read_stat(pid);
  if (!stat) return fail(errc::not_found, fmt::format("There is no process {}.", pid));
  auto boot = boot_id();
  if (!boot) return fail(errc::internal, "/proc/sys/kernel/random/boot_id cannot be read.");
  return process_identity{pid, stat->start_ticks, std::move(*boot)};
}

bool is_alive(const process_identity& identity) {
  if (identity.pid <= 0 || boot_id() != identity.boot_id) return false;
  const auto stat = read_stat(identity.pid);
  return stat && stat->start_ticks == identity.start_ticks && stat->state != 'Z' && stat->state != 'X';
}

void kill(const process_identity& identity) {
  if (!is_alive(identity)) return;
  if (::kill(-identity.pid, SIGKILL) != 0) ::kill(identity.pid, SIGKILL);
}

std::string to_string(const process_identity& identity) {
  return fmt::format("{}:{}:{}", identity.pid, identity.start_ticks, identity.boot_id);
}

result<process_identity> parse_identity(const std::string& text) {
  const auto parts = split(text, ':');
  process_identity identity;
  if (parts.size() != 3 || parts[2].empty() || !parse_number(parts[0], identity.pid) ||
      !parse_number(parts[1], identity.start_ticks)) {
    return fail(errc::invalid_input, fmt::format("'{}' is not a process identity (pid:start:boot).", text));
  }
  identity.boot_id = parts[2];
  return identity;
}

}  // namespace leadsman::process
