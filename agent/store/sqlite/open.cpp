#include "store/sqlite/open.hpp"

#include <boost/asio/thread_pool.hpp>

#include <mutex>
#include <utility>

#include "async/offload.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/folder.hpp"
#include "store/sqlite/journal.hpp"
#include "store/sqlite/migrate.hpp"
#include "store/sqlite/volume.hpp"

namespace leadsman::store {

namespace {

class sqlite_store final : public store {
 public:
  sqlite_store(std::filesystem::path folder, std::unique_ptr<SQLite::Database> db, sqlite::chart_files charts)
      : folder_(std::move(folder)), db_(std::move(db)), charts_(std::move(charts)) {}

  ~sqlite_store() override { worker_.join(); }

  task<result<admitted>> admit(new_deployment request, decide_admission decide) override {
    return on_worker<admitted>([this, request = std::move(request), decide = std::move(decide)]() mutable {
      return sqlite::admit(opened(), std::move(request), decide);
    });
  }

  task<result<std::vector<model::event>>> save(std::string id, change what) override {
    return write<std::vector<model::event>>(
        [id = std::move(id), what = std::move(what)](SQLite::Database& db) { return sqlite::save(db, id, what); });
  }

  task<result<std::optional<model::deployment>>> find(std::string id) override {
    return on_worker<std::optional<model::deployment>>([this, id = std::move(id)] { return sqlite::find(*db_, id); });
  }

  task<result<std::string>> sealed_request(std::string id) override {
    return on_worker<std::string>([this, id = std::move(id)] { return sqlite::sealed_request(*db_, id); });
  }

  task<result<std::vector<model::deployment>>> list(list_filter filter) override {
    return on_worker<std::vector<model::deployment>>(
        [this, filter = std::move(filter)] { return sqlite::list(*db_, filter); });
  }

  task<result<std::vector<std::string>>> unfinished() override {
    return on_worker<std::vector<std::string>>([this] { return sqlite::unfinished(*db_); });
  }

  task<result<std::vector<model::event>>> events(std::string id, uint64_t after, int limit) override {
    return on_worker<std::vector<model::event>>(
        [this, id = std::move(id), after, limit] { return sqlite::events(*db_, id, after, limit); });
  }

  task<result<void>> put_chart(std::string digest, std::string archive) override {
    return on_worker<void>([this, digest = std::move(digest), archive = std::move(archive)] {
      return sqlite::put_chart(opened(), digest, archive, now());  // the time is for prune only
    });
  }

  task<result<bool>> has_chart(std::string digest) override {
    return on_worker<bool>([this, digest = std::move(digest)] { return sqlite::has_chart(opened(), digest); });
  }

  task<result<std::string>> chart(std::string digest) override {
    return on_worker<std::string>([this, digest = std::move(digest)] { return sqlite::chart(opened(), digest); });
  }

  task<result<bool>> remember_nonce(std::string key_id, std::string nonce, wall_time expires) override {
    return write<bool>([key_id = std::move(key_id), nonce = std::move(nonce), expires](SQLite::Database& db) {
      return sqlite::remember_nonce(db, key_id, nonce, expires);
    });
  }

  task<result<void>> prune(retention what) override {
    for (bool more = true; more;) {
      auto batch = on_worker<int>([this, what] { return sqlite::prune_deployments(*db_, what); });
      LEADSMAN_CO_TRY(const int gone, co_await std::move(batch));
      more = gone == sqlite::k_prune_batch;
    }
    auto rest = on_worker<void>([this, what] { return sqlite::prune_rest(opened(), what); });
    co_return co_await std::move(rest);
  }

  task<result<wire::checks>> examine() override {
    return on_worker<wire::checks>([this] { return wire::checks{judge_volume(look_at_volume(folder_))}; });
  }

 private:
  sqlite::open_database opened() { return {*db_, charts_}; }

  std::vector<std::shared_ptr<sqlite::pending_write>> take_waiting() {
    const std::scoped_lock held(mutex_);
    return std::exchange(waiting_, {});
  }

  // Whoever comes first writes for all that wait: a hundred deployments and a thousand followers who come together wait
  // for the disk once, not one behind another.
  template <class T>
  task<result<T>> write(std::function<result<T>(SQLite::Database&)> part) {
    const auto made = std::make_shared<T>();
    const auto mine = std::make_shared<sqlite::pending_write>([made, part = std::move(part)](SQLite::Database& db) -> result<void> {
      LEADSMAN_TRY(*made, part(db));
      return {};
    });
    {
      const std::scoped_lock held(mutex_);
      waiting_.push_back(mine);
    }
    return on_worker<T>([this, made, mine]() -> result<T> {
      if (!mine->outcome) sqlite::write_together(*db_, take_waiting());
      LEADSMAN_CHECK(*mine->outcome);
      return std::move(*made);
    });
  }

  template <class T>
  task<result<T>> on_worker(std::function<result<T>()> work) {
    return offload(worker_, std::move(work));
  }

  std::filesystem::path folder_;
  std::unique_ptr<SQLite::Database> db_;  // once open, touched by the worker only
  sqlite::chart_files charts_;            // likewise
  std::mutex mutex_;
  std::vector<std::shared_ptr<sqlite::pending_write>> waiting_;  // to be written, under the mutex
  asio::thread_pool worker_{1};
};

}  // namespace

result<std::unique_ptr<store>> open_sqlite(std::filesystem::path folder, durability saves) {
  LEADSMAN_CHECK(sqlite::prepare_folder(folder));
  const std::filesystem::path file = folder / "leadsman.db";
  LEADSMAN_CHECK(sqlite::prepare_file(file));
  LEADSMAN_TRY(auto db, sqlite::connect(file, saves));
  LEADSMAN_CHECK(sqlite::migrate(*db, migrations()));
  sqlite::chart_files charts(folder / "charts");
  LEADSMAN_CHECK(charts.prepare());  // after the lock: what is unfinished there is nobody's work in progress
  return std::make_unique<sqlite_store>(folder, std::move(db), std::move(charts));
}

}  // namespace leadsman::store
