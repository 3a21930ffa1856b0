#include "net/endpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::net {
namespace {

TEST(Endpoint, ReadsWhatPeopleWrite) {
  struct {
    const char* name;
    const char* url;
    endpoint expected;
  } const rows[] = {
      {"https has its own port", "https://api.example.com", {scheme::https, "api.example.com", 443, "", ""}},
      {"http with a port", "http://127.0.0.1:8080/", {scheme::http, "127.0.0.1", 8080, "", ""}},
      {"IPv6 in brackets", "https://[::1]:6443", {scheme::https, "::1", 6443, "", ""}},
      {"a base path loses its last slash", "https://host/k8s/clusters/c-1/", {scheme::https, "host", 443, "", "/k8s/clusters/c-1"}},
      {"a Unix socket", "unix:/run/leadsman.sock", {scheme::unix_socket, "", 0, "/run/leadsman.sock", ""}},
      {"a Unix socket with slashes", "unix:///run/leadsman.sock", {scheme::unix_socket, "", 0, "/run/leadsman.sock", ""}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto at = parse_endpoint(row.url);
    ASSERT_TRUE(at) << at.error().message;
    EXPECT_EQ(*at, row.expected);
    EXPECT_EQ(parse_endpoint(to_string(*at)).value(), *at);
  }
}

TEST(Endpoint, RefusesWhatIsNoAddressAndSaysWhy) {
  struct {
    const char* url;
    const char* why;
  } const rows[] = {
      {"api.example.com", "must begin with"},
      {"ftp://host", "must begin with"},
      {"https://", "host is missing"},
      {"https://host:0", "port must be"},
      {"https://host:70000", "port must be"},
      {"https://host:80x", "port must be"},
      {"https://user:secret@host", "user name"},
      {"https://host/a?b=c", "query"},
      {"https://[::1", "not closed"},
      {"unix:relative", "absolute path"},
      {"https://ho st", "spaces"},
      {"https://host\r\nX: y", "control characters"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.url);
    const auto at = parse_endpoint(row.url);
    ASSERT_FALSE(at);
    EXPECT_EQ(at.error().code, errc::invalid_input);
    EXPECT_THAT(at.error().message, testing::HasSubstr(row.why));
    EXPECT_THAT(at.error().message, testing::Not(testing::HasSubstr("secret")));
  }
}

TEST(Endpoint, HostHeaderNamesThePortOnlyWhenItIsUnusual) {
  EXPECT_EQ(host_header(parse_endpoint("https://h").value()), "h");
  EXPECT_EQ(host_header(parse_endpoint("https://h:6443").value()), "h:6443");
  EXPECT_EQ(host_header(parse_endpoint("http://[::1]:81").value()), "[::1]:81");
}

}  // namespace
}  // namespace leadsman::net
