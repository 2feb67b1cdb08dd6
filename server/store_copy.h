// `dkimkeeperd --backup FILE` and `--restore FILE`.
#ifndef SERVER_STORE_COPY_H_
#define SERVER_STORE_COPY_H_

#include "proto/base/clock.h"
#include "server/command_line.h"
#include "server/config/config.h"

namespace dkimkeeper {

// Copies the store to a new file, which only its owner may read, or makes a new store of such a
// copy: what `line` says. INVALID_ARGUMENT/BAD_OPTION for a file that cannot be used;
// RESOURCE_EXHAUSTED/STORAGE_FULL; errors of BackUp and Restore (server/store/sql_store.h). A copy
// that failed is not left behind.
[[nodiscard]] Outcome CopyStore(const CommandLine& line, const StoreConfig& store,
                                const Clock& clock);

}  // namespace dkimkeeper

#endif  // SERVER_STORE_COPY_H_
