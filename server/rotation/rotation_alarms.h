// What operators have to look at in the life of keys: pure.
#ifndef SERVER_ROTATION_ROTATION_ALARMS_H_
#define SERVER_ROTATION_ROTATION_ALARMS_H_

#include <span>
#include <vector>

#include "server/base/alarms.h"
#include "server/rotation/attempts.h"
#include "server/rotation/steps.h"
#include "server/store/agents.h"
#include "server/store/registry.h"

namespace dkimkeeper {

// The alarms that should stand, `since` not set:
//   record.lost       a proven record vanished or changed
//   record.changed    somebody else's record stands where ours was to be withdrawn
//   publisher.failed  a publisher refuses, or was away for some tries
//   pool.exhausted    no selector of a line's pool is free
//   rotation.stuck    a step was tried for a day, or failed again and again
// `planned` are all steps; none where another daemon takes them, whose alarms the last three are.
[[nodiscard]] std::vector<Alarm> RotationAlarms(const View& view, std::span<const Step> planned,
                                                const Attempts& attempts, Timestamp now);

// The same of agents that acknowledge lists of keys (HandOverOf):
//   agent.behind  a hand-over window ended, and one of them has not taken the successor
// Subject: the agent's identity. Until it acknowledges, loses its right to sign, or the replaced
// key is revoked.
[[nodiscard]] std::vector<Alarm> AgentAlarms(const View& view, const AgentList& agents,
                                             Timestamp now);

// Raises `wanted`, and clears whatever else stands by these names.
void ShowAlarms(const std::vector<Alarm>& wanted, AlarmBoard& board, Timestamp now);

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_ROTATION_ALARMS_H_
