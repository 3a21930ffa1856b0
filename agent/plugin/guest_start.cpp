#include <fmt/format.h>

#include "async/offload.hpp"
#include "plugin/folder_digest.hpp"
#include "plugin/guest.hpp"
#include "plugin/handshake.hpp"
#include "plugin/rpc_failure.hpp"
#include "plugin/start_command.hpp"

namespace leadsman::plugin {

using nlohmann::json;

namespace {

struct looked_at {
  std::string digest;
  manifest about;
};

result<looked_at> look_at(const std::filesystem::path& folder) {
  looked_at found;
  LEADSMAN_TRY(found.digest, folder_digest(folder));
  LEADSMAN_TRY(found.about, read_manifest(folder));
  return found;
}

}  // namespace

task<result<void>> host::guest::be_running() {
  if (line_ && line_->has_unread() && !line_->broken()) give_up({errc::unavailable, "spoke without being asked", {}});
  if (line_ && line_->broken()) {
    const result<std::string> last = co_await line_->receive(std::chrono::milliseconds(0));
    give_up(last ? error{errc::unavailable, "spoke without being asked, and ended", {}} : last.error());
  }
  if (line_) co_return result<void>{};
  const auto delay = restart_delay(faults_, settings_.first_delay);
  if (delay.count() > 0) co_await sleep_for(delay);
  auto starting = start();
  const result<void> started = co_await std::move(starting);
  if (!started) give_up(started.error());
  co_return started;
}

task<result<void>> host::guest::start() {
  const std::function<result<looked_at>()> look = [folder = self.folder] { return look_at(folder); };
  auto looking = offload(*blocking_, look);
  const result<looked_at> found = co_await std::move(looking);
  if (closing_) co_return fail(errc::canceled, "is not started any more: the agent is stopping");
  if (!found) co_return fail(found.error().code, "cannot be used: " + found.error().message);
  if (found->digest != self.digest) {
    co_return fail(errc::refused, fmt::format("is not what was registered: its folder {} has the digest {}, expected {}", self.folder.string(), found->digest, self.digest));
  }
  about_ = found->about;
  if (about_.name != self.name) co_return fail(errc::invalid_input, fmt::format("is called {} by its own manifest", about_.name));
  const auto hear_log = [this](std::string_view line) { log(line); };
  auto opened = channel::open(executor_, start_command(self.folder, about_, given_), settings_.limits, hear_log);
  if (!opened) co_return fail(opened.error().code, "cannot be started: " + opened.error().message);
  line_ = std::move(*opened);
  talk_ = {};
  auto shaking = shake_hands();
  co_return co_await std::move(shaking);
}

task<result<void>> host::guest::shake_hands() {
  auto asking = ask("initialize", introduction(settings_.agent_version));
  LEADSMAN_CO_TRY(const answer said, co_await std::move(asking));
  if (const auto* no = std::get_if<rpc_error>(&said)) co_return fail(to_error("initialize", *no));
  co_return check_handshake(about_, std::get<json>(said));
}

}  // namespace leadsman::plugin
