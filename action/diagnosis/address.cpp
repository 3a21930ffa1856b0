#include "action/diagnosis/address.hpp"

namespace leadsman::action {

namespace {

constexpr const char* k_address = "address";

std::string mend_connection(const net::endpoint& at, errc code) {
  if (at.scheme == net::scheme::unix_socket) return "is the agent running, is that its `listen` address, and may this user reach the socket?";
  if (code == errc::timed_out) return "nobody answers: is there a firewall, a VPN or a NetworkPolicy in between, and is the port right?";
  return "nobody listens there: is the agent (its Service, its Ingress) running, and is the port right?";
}

}  // namespace

wire::check judge_address(const net::endpoint& at, const net::sighting& seen, const std::optional<error>& failure) {
  using step = net::sighting::step;
  if (!failure || seen.came_to == step::handshake || seen.came_to == step::open) return wire::well(k_address, net::to_string(at));
  if (seen.came_to == step::name) {
    return wire::wrong(k_address, failure->message, "is the name right, and known here? A cluster's own names (….svc) are known inside of it alone");
  }
  return wire::wrong(k_address, failure->message, mend_connection(at, failure->code));
}

}  // namespace leadsman::action
