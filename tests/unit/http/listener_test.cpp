#include <sys/stat.h>
#include <sys/un.h>

#include <fstream>

#include "server_fixture.hpp"
#include "support/test_certificate.hpp"

namespace leadsman::http {
namespace {

class Listener : public testing::Test {
 protected:
  ~Listener() override { std::filesystem::remove_all(folder); }

  result<void> start(server_options options) {
    server api(io.get_executor(), std::move(options), service, access);
    return api.start();
  }
  static server_options listening(listen_address at) {
    server_options options;
    options.listen = {std::move(at)};
    return options;
  }
  std::string write_file(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(folder);
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
    std::ofstream(folder + "/" + name) << text;
    return folder + "/" + name;
  }

  asio::io_context io;
  fake_service service{io.get_executor()};
  test::nonce_store nonces;
  auth::authenticator access{auth::policy(), nonces};
  std::string folder = testing::TempDir() + "leadsman-listener-" + std::to_string(::getpid());
};

TEST_F(Listener, ListensBeyondThisMachineOnlyWithTlsItsOwnOrInFront) {
  const auto plain = start(listening({"0.0.0.0", 0, ""}));
  ASSERT_FALSE(plain);
  EXPECT_EQ(plain.error().code, errc::refused);
  EXPECT_NE(plain.error().message.find("refusing to listen on 0.0.0.0:0 in plain text"), std::string::npos);

  server_options behind = listening({"0.0.0.0", 0, ""});
  behind.behind_proxy = true;
  EXPECT_TRUE(start(behind));

  const auto made = test::make_test_certificate("agent.test", "IP:127.0.0.1", std::chrono::hours(1));
  server_options encrypted = listening({"0.0.0.0", 0, ""});
  encrypted.tls = tls_files{write_file("tls.crt", made.certificate_pem), write_file("tls.key", made.key_pem)};
  const auto with_tls = start(encrypted);
  EXPECT_TRUE(with_tls) << with_tls.error().message;
}

TEST_F(Listener, LoopbackNeedsNoTls) {
  for (const char* host : {"127.0.0.1", "localhost", "::1"}) {
    const auto started = start(listening({host, 0, ""}));
    EXPECT_TRUE(started || started.error().code == errc::unavailable) << host << ": " << started.error().message;  // no IPv6 here
  }
}

TEST_F(Listener, SaysWhatIsWrongWithAnAddressOrATlsFile) {
  EXPECT_EQ(start(listening({"agent.example.com", 0, ""})).error().code, errc::invalid_input);
  EXPECT_EQ(start(server_options{}).error().message, "there is no address to listen on");
  server_options options = listening({"127.0.0.1", 0, ""});
  options.tls = tls_files{folder + "/none.crt", folder + "/none.key"};
  EXPECT_EQ(start(options).error().field, "tls.certificate");
  const auto one = test::make_test_certificate("a", "IP:127.0.0.1", std::chrono::hours(1));
  const auto other = test::make_test_certificate("b", "IP:127.0.0.1", std::chrono::hours(1));
  options.tls = tls_files{write_file("a.crt", one.certificate_pem), write_file("b.key", other.key_pem)};
  EXPECT_EQ(start(options).error().field, "tls.key");
}

TEST_F(Listener, APortInUseIsAConflict) {
  server first(io.get_executor(), listening({"127.0.0.1", 0, ""}), service, access);
  ASSERT_TRUE(first.start());
  const auto at = parse_listen_address(first.addresses().front().substr(strlen("http://")));
  ASSERT_TRUE(at);
  const auto second = start(listening(*at));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, errc::conflict);
}

TEST_F(Listener, ReplacesASocketThatNobodyAnswersAndNoOther) {
  write_file("other", "text");
  const std::string path = folder + "/agent.sock";
  {  // what kill -9 leaves behind
    const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::strncpy(at.sun_path, path.c_str(), sizeof at.sun_path - 1);
    ASSERT_EQ(::bind(dead, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
    ::close(dead);
  }
  server first(io.get_executor(), listening({"", 0, path}), service, access);
  const auto started = first.start();
  ASSERT_TRUE(started) << started.error().message;
  const auto second = start(listening({"", 0, path}));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message, "another process listens on unix:" + path);
  const auto third = start(listening({"", 0, folder + "/other"}));
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, errc::conflict);
}

TEST_F(Listener, RefusesASocketInAFolderThatOthersMayEnter) {
  write_file("x", "");
  std::filesystem::permissions(folder, std::filesystem::perms(0750));
  const auto started = start(listening({"", 0, folder + "/agent.sock"}));
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, errc::refused);
}

struct address_case {
  const char* text;
  listen_address expected;  // port 0 and no host and path: an error
};

TEST(ParseListenAddress, ReadsTcpAndUnixAddresses) {
  const std::vector<address_case> cases{
      {"127.0.0.1:8080", {"127.0.0.1", 8080, ""}}, {"[::1]:0", {"::1", 0, ""}}, {"localhost:1", {"localhost", 1, ""}},
      {"unix:/run/a.sock", {"", 0, "/run/a.sock"}}, {"unix:///run/a.sock", {"", 0, "/run/a.sock"}},
      {"8080", {}}, {":8080", {}}, {"::1:80", {}}, {"a:65536", {}}, {"a:x", {}}, {"unix:a.sock", {}}, {"", {}},
  };
  for (const address_case& c : cases) {
    const auto parsed = parse_listen_address(c.text);
    if (c.expected == listen_address{}) EXPECT_FALSE(parsed) << c.text;
    else if (parsed) EXPECT_EQ(*parsed, c.expected) << c.text;
    else ADD_FAILURE() << c.text << ": " << parsed.error().message;
  }
}

}  // namespace
}  // namespace leadsman::http
