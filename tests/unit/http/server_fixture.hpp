#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <future>
#include <thread>

#include "fake_service.hpp"
#include "http/server.hpp"
#include "raw_client.hpp"
#include "support/nonce_store.hpp"

namespace leadsman::http {

inline const sign::private_key k_ci_key = sign::private_key::from_seed({1});      // everything in namespace shop
inline const sign::private_key k_reader_key = sign::private_key::from_seed({2});  // reads there

// A real server on its own thread, with a service in memory behind it. Tests talk to it through sockets.
class server_fixture : public testing::Test {
 protected:
  static server_options default_options() {
    server_options options;
    options.listen = {{"127.0.0.1", 0, ""}};
    options.heartbeat = std::chrono::milliseconds(50);
    return options;
  }

  static auth::policy grants() {
    using auth::verb;
    return auth::policy({{"ci", k_ci_key.public_part(), {verb::read, verb::deploy, verb::rollback, verb::cancel, verb::promote}, {"shop/*"}, {}},
                         {"reader", k_reader_key.public_part(), {verb::read}, {"shop/*"}, {}}});
  }

  void start(server_options options = default_options()) {
    api.emplace(io.get_executor(), std::move(options), service, access);
    const auto started = api->start();
    ASSERT_TRUE(started) << started.error().message;
    address = api->addresses().front();
    thread = std::thread([this] { io.run(); });
  }

  void stop() {
    if (!thread.joinable()) return;
    spawn(io.get_executor(), "stop", [this]() -> task<void> {
      co_await api->stop();
      work.reset();
    });
    thread.join();
  }

  // On the server's thread.
  void on_thread(std::function<void()> work_to_do) {
    std::promise<void> done;
    asio::post(io, [&] {
      work_to_do();
      done.set_value();
    });
    done.get_future().get();
  }

  void add_deployment(const std::string& id, const std::string& name_space = "shop") {
    on_thread([&] {
      model::deployment d;
      d.id = id;
      d.release = {"default", name_space, "web"};
      d.created_at = wall_time(std::chrono::seconds(1'800'000'000));
      service.add(d);
    });
  }

  // One request on its own connection.
  raw_response ask(const std::string& bytes) {
    raw_client client(address);
    client.send(bytes);
    return client.receive(bytes.starts_with("HEAD")).value_or(raw_response{});
  }
  raw_response ask_signed(std::string_view method, std::string_view target, std::string_view body = "", const signing& with = {},
                          std::string_view extra = "") {
    return ask(signed_request(method, target, body, with, extra));
  }

  void TearDown() override { stop(); }

  asio::io_context io;
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(io);
  fake_service service{io.get_executor()};
  test::nonce_store nonces;
  auth::authenticator access{grants(), nonces};
  std::optional<server> api;
  std::thread thread;
  std::string address;
};

inline nlohmann::json problem_of(const raw_response& r) {
  EXPECT_EQ(r.header("Content-Type"), "application/problem+json") << r.head;
  return nlohmann::json::parse(r.body, nullptr, false);
}

inline const std::string k_deploy_body =
    R"({"release":{"namespace":"shop","name":"web"},"environment":"production","chart":{"digest":")" + std::string(64, 'a') + R"("}})";

}  // namespace leadsman::http
