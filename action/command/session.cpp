#include "action/command/session.hpp"

#include <sys/stat.h>

#include <filesystem>

#include "action/input/credentials.hpp"
#include "action/input/request.hpp"
#include "base/text.hpp"

namespace leadsman::action {

namespace {

// Made for this user alone when it is new; the agent refuses one that others may enter.
result<std::string> state_folder(const context& c, const private_folder& temporary) {
  namespace fs = std::filesystem;
  std::error_code failure;
  const fs::path folder = c.given.state.empty() ? fs::path(temporary.path()) / "state" : fs::absolute(c.given.state, failure);
  if (!fs::exists(folder, failure)) {
    fs::create_directories(folder, failure);
    fs::permissions(folder, fs::perms::owner_all, failure);
  }
  if (fs::is_directory(folder, failure)) return folder.string();
  return fail(errc::invalid_input, "'" + folder.string() + "' is no folder and cannot be made", "state");
}

api_settings settings_for_socket(const std::string& path, std::chrono::milliseconds retry_for) {
  api_settings how;
  how.at = {net::scheme::unix_socket, "", 0, path, ""};
  how.retry_for = retry_for;
  return how;
}

task<result<std::unique_ptr<session>>> open_embedded(context& c, std::chrono::milliseconds retry_for) {
  auto opened = std::make_unique<session>();
  LEADSMAN_CO_TRY(opened->folder, private_folder::create(first_of(c.env.get("RUNNER_TEMP"), c.env.get("TMPDIR"))));
  LEADSMAN_CO_TRY(embedded_settings settings, prepare_embedded(c, *opened->folder));
  api_settings how = settings_for_socket(settings.socket, retry_for);
  auto starting = embedded_agent::start(std::move(settings));
  LEADSMAN_CO_TRY(opened->embedded, co_await std::move(starting));
  opened->agent = std::make_unique<api>(co_await asio::this_coro::executor, std::move(how));
  co_return std::move(opened);
}

result<api_settings> prepare_remote(context& c, const std::string& address) {
  api_settings how;
  auto at = net::parse_endpoint(address);
  if (!at) return fail(at.error().code, at.error().message, "agent");
  how.at = std::move(*at);
  LEADSMAN_TRY(how.ca_pem, load_ca(c.given, c.env));
  if (c.given.without_key) return how;
  LEADSMAN_TRY(how.key, load_key(c.given, c.env));
  if (how.key || how.at.scheme == net::scheme::unix_socket) return how;
  return fail(errc::invalid_input,
              "requests to " + net::to_string(how.at) + " have to be signed; give a private key by --key or LEADSMAN_KEY "
              "(\"leadsman key generate\" makes one and says what to write into the agent's configuration)", "key");
}

}  // namespace

result<embedded_settings> prepare_embedded(const context& c, const private_folder& folder) {
  embedded_settings settings;
  LEADSMAN_TRY(settings.program, find_agent_program(c.env.get("LEADSMAN_AGENT_BINARY")));
  LEADSMAN_TRY(const cluster_access cluster, find_cluster(c.given, c.env));
  // The agent's helm works in a folder of its own.
  std::error_code failure;
  if (!cluster.file.empty()) settings.kubeconfig = std::filesystem::absolute(cluster.file, failure).string();
  if (!cluster.content.empty()) {
    LEADSMAN_TRY(settings.kubeconfig, folder.write("kubeconfig", cluster.content));
  }
  LEADSMAN_TRY(settings.state, state_folder(c, folder));
  settings.socket = folder.path() + "/agent.sock";
  settings.context = c.given.kube_context;
  settings.helm = first_of(c.given.helm, c.env.get("LEADSMAN_HELM"));
  settings.log_file = settings.state + "/agent.log";
  settings.environment = c.env.all();
  return settings;
}

task<result<std::unique_ptr<session>>> open_session(context& c, std::string address, std::chrono::milliseconds retry_for) {
  if (address.empty()) {
    auto opening = open_embedded(c, retry_for);
    co_return co_await std::move(opening);
  }
  LEADSMAN_CO_TRY(api_settings how, prepare_remote(c, address));
  how.retry_for = retry_for;
  how.on_retry = [out = c.out.get()](const std::string& text) { out->notice(text); };
  auto opened = std::make_unique<session>();
  opened->address = net::to_string(how.at);
  opened->agent = std::make_unique<api>(co_await asio::this_coro::executor, std::move(how));
  co_return std::move(opened);
}

result<std::string> find_agent_of_deployment(const context& c) {
  if (c.given.id.empty()) return fail(errc::invalid_input, "say which deployment: its id", "deployment");
  LEADSMAN_TRY(std::string address, find_agent(c.given, c.env));
  if (!address.empty() || !c.given.state.empty()) return address;
  return fail(errc::invalid_input, "say which agent knows the deployment: --agent or LEADSMAN_AGENT, or --state for the folder "
                                   "of an embedded one", "agent");
}

}  // namespace leadsman::action
