#include "action/diagnosis/trust.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace leadsman::action {

namespace {

using namespace std::chrono_literals;
using net::distrust;

constexpr const char* k_trust = "certificate";
constexpr auto k_soon = std::chrono::days(14);

std::string day_of(wall_time at) { return format_rfc3339(at).substr(0, 10); }

std::string about(const net::certificate& c) { return fmt::format("{}, issued by {}, valid from {} to {}", c.subject, c.issuer, day_of(c.not_before), day_of(c.not_after)); }

std::string names_text(const net::certificate& c) { return c.names.empty() ? "no name at all" : join(c.names, ", "); }

std::string mend_authority(const trust_sight& t, const net::certificate& c) {
  if (t.own_authority) return "--ca (LEADSMAN_CA) names another authority than the one that signed this: " + c.issuer;
  return "give the authority that signed it by --ca FILE, LEADSMAN_CA or the input ca: " + c.issuer;
}

wire::check judge_distrust(const trust_sight& t, const net::certificate& c) {
  const std::string clock = ", and this machine's clock says " + format_rfc3339(t.now);
  switch (t.seen.why) {
    case distrust::expired: return wire::wrong(k_trust, "expired: " + about(c) + clock, "renew the certificate that the agent, or the proxy before it, serves; or set this machine's clock");
    case distrust::not_yet_valid: return wire::wrong(k_trust, "not valid yet: " + about(c) + clock, "set this machine's clock; or wait");
    case distrust::wrong_name:
      return wire::wrong(k_trust, fmt::format("it is for {}, not for {}", names_text(c), t.at.host), fmt::format("write one of these names into the address, or serve a certificate whose subjectAltName has {}", t.at.host));
    case distrust::unknown_authority: return wire::wrong(k_trust, "signed by an authority that is not trusted here: " + about(c), mend_authority(t, c));
    case distrust::none:
    case distrust::other: break;
  }
  return wire::wrong(k_trust, t.failure->message, "serve another certificate");
}

bool is_here(const net::endpoint& at) { return at.scheme == net::scheme::unix_socket || is_any(at.host, {"localhost", "127.0.0.1", "::1"}); }

}  // namespace

std::optional<wire::check> judge_trust(const trust_sight& t) {
  using step = net::sighting::step;
  if (t.seen.came_to != step::handshake && t.seen.came_to != step::open) return std::nullopt;
  if (t.at.scheme != net::scheme::https) {
    if (is_here(t.at)) return std::nullopt;
    return wire::doubtful(k_trust, "none: over plain HTTP everybody on the way can read what is sent, secrets in values too", "let the agent, or a proxy before it, speak TLS, and write https://");
  }
  if (t.failure && t.failure->code == errc::invalid_input) return wire::wrong(k_trust, t.failure->message, "--ca (LEADSMAN_CA) has to be one or more certificates in PEM");
  if (t.failure && (t.seen.why == distrust::none || !t.seen.shown)) {
    return wire::wrong(k_trust, t.failure->message, "does it speak TLS at that port? An agent behind a proxy, or on this machine, may be meant by http://");
  }
  if (t.failure) return judge_distrust(t, *t.seen.shown);
  if (!t.seen.shown) return wire::well(k_trust, "trusted");
  if (t.seen.shown->not_after - t.now < k_soon) {
    return wire::doubtful(k_trust, "expires in " + format_duration(t.seen.shown->not_after - t.now) + ": " + about(*t.seen.shown), "renew it in time");
  }
  return wire::well(k_trust, about(*t.seen.shown));
}

}  // namespace leadsman::action
