#include "kube/credentials.hpp"

#include "base/text.hpp"
#include "kube/base64.hpp"
#include "kube/object_ref.hpp"

namespace leadsman::kube {

namespace {

using namespace std::chrono_literals;
constexpr auto k_token_file_age = 60s;  // the kubelet writes a new token long before the old one expires
constexpr auto k_before_expiry = 60s;
constexpr auto k_exec_limit = 60s;

}  // namespace

result<credential> parse_exec_credential(std::string_view text, const exec_command& command) {
  const auto refuse = [&](const std::string& why) {
    return fail(errc::unauthenticated, "the credential command " + command.command + " " + why);
  };
  const json answer = json::parse(text, nullptr, false);
  if (answer.is_discarded()) return refuse("did not print an ExecCredential in JSON");
  if (text_at(answer, "/kind") != "ExecCredential") {
    return refuse("printed kind '" + truncate(text_at(answer, "/kind"), 60) + "' instead of ExecCredential");
  }
  if (text_at(answer, "/apiVersion") != command.api_version) {
    return refuse("answered in apiVersion '" + truncate(text_at(answer, "/apiVersion"), 60) + "', but the kubeconfig asks for " +
                  command.api_version);
  }
  credential got;
  if (const std::string token = text_at(answer, "/status/token"); !token.empty()) got.authorization = "Bearer " + token;
  got.client_cert_pem = text_at(answer, "/status/clientCertificateData");
  got.client_key_pem = text_at(answer, "/status/clientKeyData");
  if (got.authorization.empty() && got.client_cert_pem.empty()) return refuse("gave neither a token nor a client certificate");
  if (const std::string expires = text_at(answer, "/status/expirationTimestamp"); !expires.empty()) {
    auto at_time = parse_rfc3339(expires);
    if (!at_time) return refuse("gave an expirationTimestamp that is not a time");
    got.expires = *at_time;
  }
  return got;
}

std::string exec_info(const exec_command& command, const cluster_access& access) {
  json info{{"apiVersion", command.api_version}, {"kind", "ExecCredential"}, {"spec", {{"interactive", false}}}};
  if (command.provide_cluster_info) {
    json& cluster = info["spec"]["cluster"];
    cluster["server"] = net::to_string(access.server);
    if (!access.tls.ca_pem.empty()) cluster["certificate-authority-data"] = encode_base64(access.tls.ca_pem);
    if (!access.tls.server_name.empty()) cluster["tls-server-name"] = access.tls.server_name;
    if (access.tls.insecure) cluster["insecure-skip-tls-verify"] = true;
  }
  return info.dump();
}

credentials::credentials(asio::any_io_executor executor, cluster_access access, credential_exec exec)
    : access_(std::move(access)), exec_(std::move(exec)), ended_(executor) {}

credential credentials::fixed() const {
  if (!access_.token.empty()) return {.authorization = "Bearer " + access_.token};
  if (!access_.user_name.empty()) return {.authorization = "Basic " + encode_base64(access_.user_name + ":" + access_.password)};
  return {};
}

result<credential> credentials::read_token_file() const {
  const auto text = read_file(access_.token_file);
  if (text && !trim(*text).empty()) return credential{.authorization = "Bearer " + std::string(trim(*text))};
  if (!access_.token.empty()) return fixed();
  return fail(errc::unauthenticated, "the token file " + access_.token_file.string() + (text ? " is empty" : " cannot be read"));
}

bool credentials::is_fresh() const { return cached_ && now() < renew_at_; }

task<result<credential>> credentials::current() {
  if (is_fresh()) co_return *cached_;
  if (access_.exec) co_return co_await run_exec();
  if (access_.token_file.empty()) co_return fixed();
  LEADSMAN_CO_TRY(cached_, read_token_file());
  if (!last_from_file_.empty() && last_from_file_ != cached_->authorization) ++replaced_;
  last_from_file_ = cached_->authorization;
  renew_at_ = now() + k_token_file_age;
  co_return *cached_;
}

namespace {

struct run_mark {
  run_mark(bool& r, notifier& e) : running(r), ended(e) { running = true; }
  ~run_mark() {
    running = false;
    ended.notify();
  }
  run_mark(const run_mark&) = delete;
  run_mark& operator=(const run_mark&) = delete;
  bool& running;
  notifier& ended;
};

}  // namespace

task<result<credential>> credentials::run_exec() {
  while (running_) {
    const bool ended = co_await ended_.wait_change(ended_.version(), k_exec_limit);
    if (is_fresh()) co_return *cached_;
    if (!ended) co_return fail(errc::timed_out, "the credential command " + access_.exec->command + " has not answered in time");
  }
  const exec_command& command = *access_.exec;
  if (!exec_) {
    co_return fail(errc::unauthenticated,
                   "the kubeconfig logs in with the command " + command.command + ", which may not be run here");
  }
  const run_mark mark(running_, ended_);
  std::vector<std::string> argv{command.command};
  argv.insert(argv.end(), command.args.begin(), command.args.end());
  auto env = command.env;
  env.emplace_back("KUBERNETES_EXEC_INFO", exec_info(command, access_));
  auto running = exec_(std::move(argv), std::move(env));
  const result<std::string> output = co_await std::move(running);
  if (!output) {
    const std::string hint = command.install_hint.empty() ? "" : " (" + truncate(trim(command.install_hint), 300) + ")";
    co_return fail(errc::unauthenticated,
                   "the credential command " + command.command + " failed: " + output.error().message + hint);
  }
  LEADSMAN_CO_TRY(cached_, parse_exec_credential(*output, command));
  renew_at_ = cached_->expires ? *cached_->expires - k_before_expiry : wall_time::max();
  co_return *cached_;
}

bool credentials::drop() {
  cached_.reset();
  return access_.exec || !access_.token_file.empty();
}

}  // namespace leadsman::kube
