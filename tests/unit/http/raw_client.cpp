#include "raw_client.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/clock.hpp"

namespace leadsman::http {

namespace {

int connect_tcp(const std::string& address, int receive_buffer) {
  const size_t colon = address.rfind(':');
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(colon + 1))));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int wire = ::socket(AF_INET, SOCK_STREAM, 0);
  if (receive_buffer > 0) ::setsockopt(wire, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  if (::connect(wire, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) throw std::runtime_error("cannot connect to " + address);
  return wire;
}

int connect_unix(const std::string& path) {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::strncpy(to.sun_path, path.c_str(), sizeof to.sun_path - 1);
  const int wire = ::socket(AF_UNIX, SOCK_STREAM, 0);
  if (::connect(wire, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) throw std::runtime_error("cannot connect to " + path);
  return wire;
}

}  // namespace

std::string raw_response::header(std::string_view name) const {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  std::string text = head;
  std::string wanted = "\r\n" + std::string(name) + ": ";
  std::ranges::transform(text, text.begin(), lower);
  std::ranges::transform(wanted, wanted.begin(), lower);
  const size_t at = text.find(wanted);
  if (at == std::string::npos) return {};
  const size_t begin = at + wanted.size();
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

raw_client::raw_client(const std::string& address, int receive_buffer)
    : wire_(address.starts_with("unix:") ? connect_unix(address.substr(5)) : connect_tcp(address, receive_buffer)) {}

raw_client::~raw_client() { ::close(wire_); }

bool raw_client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(wire_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

void raw_client::finish_sending() { ::shutdown(wire_, SHUT_WR); }

bool raw_client::fill(std::chrono::milliseconds limit) {
  pollfd waiting{wire_, POLLIN, 0};
  if (::poll(&waiting, 1, static_cast<int>(limit.count())) <= 0) return false;
  char piece[16384];
  const ssize_t count = ::recv(wire_, piece, sizeof piece, 0);
  if (count <= 0) return false;
  buffer_.append(piece, static_cast<size_t>(count));
  return true;
}

std::string raw_client::read_until(std::string_view mark, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  size_t at;
  while ((at = buffer_.find(mark)) == std::string::npos) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0 || !fill(left)) return {};
  }
  const std::string taken = buffer_.substr(0, at + mark.size());
  buffer_.erase(0, taken.size());
  return taken;
}

std::optional<raw_response> raw_client::receive(bool head_only) {
  raw_response got;
  got.head = read_until("\r\n\r\n");
  if (got.head.size() < 12) return std::nullopt;
  got.status = std::stoi(got.head.substr(9, 3));
  const std::string announced = got.header("Content-Length");
  const size_t length = announced.empty() || head_only ? 0 : std::stoul(announced);
  while (buffer_.size() < length) {
    if (!fill()) return std::nullopt;
  }
  got.body = buffer_.substr(0, length);
  buffer_.erase(0, length);
  return got;
}

std::string raw_client::read_rest() {
  while (fill()) {
  }
  return std::exchange(buffer_, {});
}

bool raw_client::is_closed_by_server() {
  pollfd waiting{wire_, POLLIN, 0};
  char one;
  return ::poll(&waiting, 1, 5000) > 0 && ::recv(wire_, &one, 1, MSG_PEEK) <= 0;
}

namespace {

sign::header_list parse_lines(std::string_view lines) {
  sign::header_list headers;
  for (size_t end; (end = lines.find("\r\n")) != std::string_view::npos; lines.remove_prefix(end + 2)) {
    const size_t colon = lines.find(':');
    headers.push_back({std::string(lines.substr(0, colon)), std::string(lines.substr(colon + 1, end - colon - 1))});
  }
  return headers;
}

}  // namespace

std::string signed_request(std::string_view method, std::string_view target, std::string_view body, const signing& with,
                           std::string_view extra) {
  const size_t mark = target.find('?');
  sign::request_parts parts{std::string(method), "agent.test", std::string(target.substr(0, mark)),
                            mark == std::string_view::npos ? "" : std::string(target.substr(mark + 1)), body};
  std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: agent.test\r\n", method, target);
  for (const sign::header& h : sign::sign_request(parts, with.key, now() + with.clock_off, with.nonce, parse_lines(extra))) {
    text += fmt::format("{}: {}\r\n", h.name, h.value);
  }
  const bool has_type = extra.find("Content-Type") != std::string_view::npos;
  if (!body.empty() && !has_type) text += "Content-Type: application/json\r\n";
  if (!body.empty()) text += fmt::format("Content-Length: {}\r\n", body.size());
  return text + std::string(extra) + "\r\n" + std::string(body);
}

}  // namespace leadsman::http
