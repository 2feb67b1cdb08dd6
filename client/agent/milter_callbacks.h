// The callbacks by which libmilter serves a connection, and what they keep for it.
#ifndef CLIENT_AGENT_MILTER_CALLBACKS_H_
#define CLIENT_AGENT_MILTER_CALLBACKS_H_

#include <libmilter/mfapi.h>

#include "client/agent/milter_session.h"

namespace dkimkeeper {

// What smfi_register takes. Once in a process: libmilter hands its callbacks nothing of ours before
// there is a connection, so `parts` are kept for all of them. What they name must outlive the
// process's last thread.
[[nodiscard]] smfiDesc DescribeFilter(const MilterSession::Parts& parts);

// Returns once no message waits for its signatures.
void AwaitSignatures();

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_MILTER_CALLBACKS_H_
