// The tables as Contents.
#ifndef SERVER_STORE_CONTENTS_READER_H_
#define SERVER_STORE_CONTENTS_READER_H_

#include <soci/soci.h>

#include "proto/result.h"
#include "server/store/contents.h"

namespace dkimkeeper {

// Everything but the generation. Called inside a transaction; throws soci_error.
// INTERNAL/STORE_DAMAGED names table, row and column.
[[nodiscard]] Result<Contents> ReadContents(soci::session& session);

}  // namespace dkimkeeper

#endif  // SERVER_STORE_CONTENTS_READER_H_
