#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "sign/http_signature.hpp"

namespace leadsman::http {

struct raw_response {
  int status = 0;
  std::string head;
  std::string body;

  std::string header(std::string_view name) const;  // empty when absent
};

// A blocking socket that sends whatever bytes a test wants. Every read gives up after a few seconds: a test that would
// hang fails instead.
class raw_client {
 public:
  explicit raw_client(const std::string& address, int receive_buffer = 0);  // "http://127.0.0.1:1234", "unix:/path"
  ~raw_client();
  raw_client(const raw_client&) = delete;
  raw_client& operator=(const raw_client&) = delete;

  bool send(std::string_view bytes);  // false when the server has cut the connection
  void finish_sending();
  // Absent when the connection ends before. `head_only`: as answers to HEAD are.
  std::optional<raw_response> receive(bool head_only = false);
  // Reads on until `mark` has come; what was read up to its end. Empty when the connection ended before.
  std::string read_until(std::string_view mark, std::chrono::milliseconds limit = std::chrono::seconds(5));
  std::string read_rest();
  bool is_closed_by_server();

 private:
  bool fill(std::chrono::milliseconds limit = std::chrono::seconds(5));

  int wire_ = -1;
  std::string buffer_;
};

struct signing {
  sign::private_key key = sign::private_key::from_seed({1});
  std::chrono::seconds clock_off{0};
  std::string nonce = sign::make_nonce();
};

// A whole signed request. `extra` are header lines with their ends.
std::string signed_request(std::string_view method, std::string_view target, std::string_view body = "", const signing& with = {},
                           std::string_view extra = "");

}  // namespace leadsman::http
