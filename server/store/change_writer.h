// Changes of the contents as statements.
#ifndef SERVER_STORE_CHANGE_WRITER_H_
#define SERVER_STORE_CHANGE_WRITER_H_

#include <soci/soci.h>

#include "proto/result.h"
#include "server/store/contents.h"

namespace dkimkeeper {

// Does to the tables what Apply does to Contents. Called inside a transaction, which must be rolled
// back where it fails: ABORTED/LEASE_HELD of a RequireLease. Throws soci_error.
[[nodiscard]] Outcome WriteChange(soci::session& session, const Change& change);

}  // namespace dkimkeeper

#endif  // SERVER_STORE_CHANGE_WRITER_H_
