// What the executor works with.
#ifndef SERVER_ROTATION_ROTATION_PARTS_H_
#define SERVER_ROTATION_ROTATION_PARTS_H_

#include <cstdint>
#include <functional>
#include <string>

#include "proto/base/clock.h"
#include "proto/base/event_log.h"
#include "server/base/alarms.h"
#include "server/dns/publisher.h"
#include "server/dns/record_checker.h"
#include "server/lifecycle/journal.h"
#include "server/lifecycle/key_operations.h"
#include "server/lifecycle/policy.h"
#include "server/rotation/attempts.h"
#include "server/rotation/executor_lease.h"
#include "server/store/agents.h"
#include "server/store/key_store.h"
#include "server/store/registry.h"
#include "server/tokens/tokens.h"

namespace dkimkeeper {

// All that it refers to must outlive what is made of it.
struct RotationParts {
  Registry& registry;
  KeyStore& store;
  ExecutorLease& lease;
  const Tokens& tokens;
  KeyOperations& operations;
  RecordChecker& checker;
  std::function<std::string(const RecordCheck&)> render_check;  // server/dns/check_text.h
  const Publishers& publishers;
  Attempts& attempts;
  AlarmBoard& alarms;
  EventLog& events;
  Journal& journal;
  Identity identity;  // as whom the journal knows the executor
  const Clock& clock;
  Policy policy;
  // The lowest generation that a live daemon signs with.
  std::function<std::uint64_t()> acknowledged;
  // The slowest clock of a live daemon. Empty: there are no others.
  std::function<std::optional<Timestamp>()> slowest_clock = {};
  // What agents acknowledged, never null. Empty: none does.
  std::function<AgentListPtr()> agents = {};
};

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_ROTATION_PARTS_H_
