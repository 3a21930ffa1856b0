#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>

#include "store/store.hpp"

// What every store does, whatever is below it. The tests that use this fixture are written once, against the interface.
namespace leadsman::store {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

struct backend {
  std::string name;
  std::function<result<std::unique_ptr<store>>(const fs::path& folder)> open;  // a second time: with all that was kept
};

inline void PrintTo(const backend& which, std::ostream* out) { *out << which.name; }

std::vector<backend> backends();

// A folder that is gone with its owner.
class temporary_folder {
 public:
  temporary_folder();
  ~temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// Runs a coroutine to its end.
template <class T>
T await(task<T> coroutine) {
  asio::io_context io;
  auto outcome = asio::co_spawn(io, std::move(coroutine), asio::use_future);
  io.run();
  return outcome.get();
}

inline constexpr wall_time k_noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + 12h};

std::string id_of(int number);         // a UUID
std::string digest_of(int number);     // 64 hex digits
model::event event_of(std::string message, model::event_kind kind = model::event_kind::warning);
change events_of(std::vector<std::string> messages);
change ending(model::phase phase, wall_time at = k_noon + 1min);

// Without a chart, of release dev/shop/web, asked for at k_noon plus `number` minutes, key "key-<number>".
new_deployment request_of(int number);

admission always_create(const std::optional<model::deployment>&);

class StoreContract : public testing::TestWithParam<backend> {
 protected:
  void SetUp() override { reopen(); }

  void reopen() {
    store_.reset();
    auto opened = GetParam().open(folder_.path());
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }

  result<admitted> admit(new_deployment request, decide_admission decide = always_create) {
    return await(store_->admit(std::move(request), std::move(decide)));
  }
  result<std::vector<model::event>> save(int number, change what) {
    return await(store_->save(id_of(number), std::move(what)));
  }
  model::deployment find(int number) {
    const auto found = await(store_->find(id_of(number)));
    if (!found || !*found) throw std::runtime_error(fmt::format("deployment {} is not there", number));
    return **found;
  }
  bool is_there(int number) { return await(store_->find(id_of(number))).value().has_value(); }
  std::vector<std::string> messages(int number, uint64_t after = 0, int limit = 1000);
  std::vector<std::string> listed(list_filter filter);

  temporary_folder folder_;
  std::unique_ptr<store> store_;
};

}  // namespace leadsman::store
