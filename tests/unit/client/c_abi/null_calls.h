/* What a program in C gets for NULL. */
#ifndef TESTS_UNIT_CLIENT_C_ABI_NULL_CALLS_H_
#define TESTS_UNIT_CLIENT_C_ABI_NULL_CALLS_H_

#include "dkimkeeper/dkimkeeper.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Calls each function but dkimkeeper_connect with NULL in the place of each pointer, one at a time.
 * `client` and `message` are good ones. Answers the line of the first call that was not refused as
 * INVALID_ARGUMENT/BAD_OPTION, or 0. */
int FirstNullThatWasTaken(dkimkeeper_client* client, dkimkeeper_message* message);

#ifdef __cplusplus
}
#endif

#endif /* TESTS_UNIT_CLIENT_C_ABI_NULL_CALLS_H_ */
