#include "model/probe_url.hpp"

#include <gmock/gmock.h>

namespace leadsman::model {
namespace {

TEST(ProbeUrl, IsAnOriginAndATarget) {
  EXPECT_EQ(parse_probe_url("https://Shop.Example.com/version?full=1"), (probe_url{"https://shop.example.com", "/version?full=1"}));
  EXPECT_EQ(parse_probe_url("http://127.0.0.1:18080"), (probe_url{"http://127.0.0.1:18080", "/"}));
  EXPECT_EQ(parse_probe_url("https://shop.test:443/"), (probe_url{"https://shop.test", "/"}));
  EXPECT_EQ(parse_probe_url("http://[::1]:80?a"), (probe_url{"http://[::1]", "/?a"}));
}

TEST(ProbeUrl, RefusesWhatIsNone) {
  for (const char* text : {"", "shop.test", "ftp://shop.test", "unix:/run/a.sock", "http://", "http://:80", "http://a b/", "http://a:0", "http://a:x", "http://a:70000", "http://a/#b", "http://me:word@a/", "http://a\\b/", "http://*.test"}) {
    EXPECT_FALSE(parse_probe_url(text)) << text;
  }
}

TEST(ProbeUrl, IsAskedOnlyWhereItIsGranted) {
  probe_grants grants;
  EXPECT_FALSE(may_probe(grants, "https://shop.example.com"));
  for (const char* origin : {"https://*.Example.com", "http://10.0.0.7:8080", "https://any.port:*"}) grants.origins.push_back(parse_probe_origin(origin).value());
  EXPECT_TRUE(may_probe(grants, "https://shop.example.com"));
  EXPECT_TRUE(may_probe(grants, "http://10.0.0.7:8080"));
  EXPECT_TRUE(may_probe(grants, "https://any.port:8443"));
  for (const char* origin : {"http://shop.example.com", "https://example.com", "https://shop.example.com:8443", "https://shop.example.com.evil.test", "http://10.0.0.7", "http://169.254.169.254"}) {
    EXPECT_FALSE(may_probe(grants, origin)) << origin;
  }
  grants.anything = true;
  EXPECT_TRUE(may_probe(grants, "http://169.254.169.254"));
}

TEST(ProbeUrl, AGrantIsAnOrigin) {
  for (const char* text : {"*", "shop.example.com", "https://shop.example.com/path", "https://", "https://a b"}) EXPECT_FALSE(parse_probe_origin(text)) << text;
}

}  // namespace
}  // namespace leadsman::model
