#pragma once

#include <SQLiteCpp/Database.h>

#include <string>

#include "model/deployment.hpp"
#include "model/event.hpp"
#include "store/sqlite/statement.hpp"

// The model's structs as rows. A deployment has one rollout so far: number 1.
namespace leadsman::store::sqlite {

// Continue with "WHERE ..." and so on; `d` is the deployment, `r` its rollout. Read with read_deployment.
extern const std::string k_select_deployment;

model::deployment read_deployment(SQLite::Statement& row);  // without steps
std::vector<model::step_record> read_steps(SQLite::Database& db, const std::string& id);

void insert_deployment(SQLite::Database& db, const model::deployment& d);
void update_state(SQLite::Database& db, const std::string& id, const model::state& state);
void put_step(SQLite::Database& db, const std::string& id, const model::step_record& step);  // the place in order stays

// Numbers the events after `last_seq`, and remembers the last number.
void append_events(SQLite::Database& db, const std::string& id, uint64_t last_seq, std::vector<model::event>& events);
model::event read_event(SQLite::Statement& row);  // seq, at, kind, message, data

}  // namespace leadsman::store::sqlite
