#include "http/listener.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

namespace leadsman::http {

using asio::ip::tcp;
using boost::system::error_code;
using local = asio::local::stream_protocol;
using endpoint = asio::generic::stream_protocol::endpoint;

namespace {

result<asio::ip::address> parse_host(const std::string& host) {
  if (host == "localhost") return asio::ip::address_v4::loopback();
  error_code failure;
  const auto parsed = asio::ip::make_address(host, failure);
  if (!failure) return parsed;
  const auto message = fmt::format("'{}' is no numeric address; expected one as 127.0.0.1, ::1 or 0.0.0.0", host);
  return fail(errc::invalid_input, message, "listen");
}

result<acceptor> listen_at(asio::any_io_executor executor, const endpoint& at, const std::string& name) {
  error_code failure;
  acceptor incoming(executor);
  incoming.open(at.protocol(), failure);
  if (!failure && at.protocol().family() != AF_UNIX) incoming.set_option(acceptor::reuse_address(true), failure);
  if (!failure) incoming.bind(at, failure);
  if (!failure && at.protocol().family() == AF_UNIX) ::chmod(name.c_str() + strlen("unix:"), S_IRUSR | S_IWUSR);
  if (!failure) incoming.listen(1024, failure);
  if (!failure) return incoming;
  const errc code = failure == asio::error::address_in_use ? errc::conflict : errc::unavailable;
  return fail(code, fmt::format("cannot listen on {}: {}", name, failure.message()), "listen");
}

// The folder keeps others out even in the moment before the socket has its mode.
result<void> prepare_folder(const std::string& folder) {
  struct stat found {};
  if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    const auto message = fmt::format("the folder {} for the socket cannot be made: {}", folder, std::strerror(errno));
    return fail(errc::unavailable, message, "listen");
  }
  if (::lstat(folder.c_str(), &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == ::geteuid() && (found.st_mode & (S_IRWXG | S_IRWXO)) == 0) return {};
  return fail(errc::refused, fmt::format("the folder {} is not private: it has to belong to the agent's user and have "
                                         "mode 0700, because the socket in it needs no signature", folder), "listen");
}

// Whether somebody answers at that socket.
bool is_alive(asio::any_io_executor executor, const local::endpoint& at) {
  local::socket probe(executor);
  error_code failure;
  probe.connect(at, failure);
  return !failure || failure != asio::error::connection_refused;
}

result<acceptor> listen_locally(asio::any_io_executor executor, const listen_address& at) {
  LEADSMAN_CHECK(prepare_folder(std::filesystem::path(at.socket_path).parent_path().string()));
  const local::endpoint where(at.socket_path);
  struct stat found {};
  if (::lstat(at.socket_path.c_str(), &found) == 0) {
    if (!S_ISSOCK(found.st_mode)) return fail(errc::conflict, at.socket_path + " exists and is no socket", "listen");
    if (is_alive(executor, where)) return fail(errc::conflict, "another process listens on " + to_string(at), "listen");
    ::unlink(at.socket_path.c_str());  // left by an agent that was killed
  }
  return listen_at(executor, where, to_string(at));
}

}  // namespace

result<listener> listener::open(asio::any_io_executor executor, const listen_address& at, bool open_to_all) {
  if (!at.socket_path.empty()) {
    LEADSMAN_TRY(acceptor incoming, listen_locally(executor, at));
    return listener(std::move(incoming), at);
  }
  LEADSMAN_TRY(const asio::ip::address host, parse_host(at.host));
  if (!host.is_loopback() && !open_to_all) {
    return fail(errc::refused, fmt::format("refusing to listen on {} in plain text: others could read along. Give a "
                                           "certificate and key (tls), say that something in front speaks TLS "
                                           "(behind-proxy), or listen on 127.0.0.1", to_string(at)), "listen");
  }
  LEADSMAN_TRY(acceptor incoming, listen_at(executor, tcp::endpoint(host, at.port), to_string(at)));
  const endpoint bound = incoming.local_endpoint();
  tcp::endpoint actual;
  std::memcpy(actual.data(), bound.data(), bound.size());
  return listener(std::move(incoming), {host.to_string(), actual.port(), ""});
}

listener::~listener() { close(); }

// The file first: another agent that comes in between can't lose its own.
void listener::close() {
  if (!acceptor_.is_open()) return;
  if (is_unix()) ::unlink(at_.socket_path.c_str());
  error_code ignored;
  acceptor_.close(ignored);
}

}  // namespace leadsman::http
