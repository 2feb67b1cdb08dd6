// Changes of the contents as statements.
#ifndef SERVER_STORE_CHANGE_WRITER_H_
#define SERVER_STORE_CHANGE_WRITER_H_

#include <soci/soci.h>

#include "server/store/contents.h"

namespace dkimkeeper {

// Does to the tables what Apply does to Contents. Called inside a transaction; throws soci_error.
void WriteChange(soci::session& session, const Change& change);

}  // namespace dkimkeeper

#endif  // SERVER_STORE_CHANGE_WRITER_H_
