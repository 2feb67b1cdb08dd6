#include "tests/unit/client/c_abi/null_calls.h"

#include <string.h>

#define REFUSED(call)                                                           \
  do {                                                                          \
    dkimkeeper_error* error = NULL;                                             \
    const dkimkeeper_code code = (call);                                        \
    const int good = code == DKIMKEEPER_INVALID_ARGUMENT &&                     \
                     dkimkeeper_error_code(error) == code &&                    \
                     strcmp(dkimkeeper_error_reason(error), "BAD_OPTION") == 0; \
    dkimkeeper_error_free(error);                                               \
    if (!good) return __LINE__;                                                 \
  } while (0)

#define TRUE_OF_NULL(condition)        \
  do {                                 \
    if (!(condition)) return __LINE__; \
  } while (0)

static int DigestCalls(dkimkeeper_client* client) {
  const unsigned char digest[DKIMKEEPER_DIGEST_LENGTH] = {0};
  unsigned char signature[DKIMKEEPER_SIGNATURE_LENGTH];
  size_t length = sizeof(signature);
  REFUSED(dkimkeeper_sign_digest(NULL, "example.com", "s", DKIMKEEPER_RSA_SHA256, digest,
                                 sizeof(digest), signature, &length, &error));
  REFUSED(dkimkeeper_sign_digest(client, NULL, "s", DKIMKEEPER_RSA_SHA256, digest, sizeof(digest),
                                 signature, &length, &error));
  REFUSED(dkimkeeper_sign_digest(client, "example.com", NULL, DKIMKEEPER_RSA_SHA256, digest,
                                 sizeof(digest), signature, &length, &error));
  REFUSED(dkimkeeper_sign_digest(client, "example.com", "s", DKIMKEEPER_RSA_SHA256, NULL,
                                 sizeof(digest), signature, &length, &error));
  REFUSED(dkimkeeper_sign_digest(client, "example.com", "s", DKIMKEEPER_RSA_SHA256, digest,
                                 sizeof(digest), NULL, &length, &error));
  REFUSED(dkimkeeper_sign_digest(client, "example.com", "s", DKIMKEEPER_RSA_SHA256, digest,
                                 sizeof(digest), signature, NULL, &error));
  return 0;
}

static int ListCalls(dkimkeeper_client* client) {
  dkimkeeper_keys* keys = NULL;
  REFUSED(dkimkeeper_list_keys(NULL, "example.com", &keys, &error));
  REFUSED(dkimkeeper_list_keys(client, "example.com", NULL, &error));
  TRUE_OF_NULL(dkimkeeper_keys_count(NULL) == 0);
  TRUE_OF_NULL(dkimkeeper_keys_at(NULL, 0) == NULL);
  dkimkeeper_keys_free(NULL);
  return 0;
}

static int MessageCalls(dkimkeeper_client* client, dkimkeeper_message* message) {
  dkimkeeper_message* made = NULL;
  REFUSED(dkimkeeper_message_new(NULL, NULL, &made, &error));
  REFUSED(dkimkeeper_message_new(client, NULL, NULL, &error));
  REFUSED(dkimkeeper_message_write(NULL, "x", 1, &error));
  REFUSED(dkimkeeper_message_add_header(NULL, "From", " a@example.com", &error));
  REFUSED(dkimkeeper_message_end_header(NULL, &error));
  REFUSED(dkimkeeper_message_add_body(NULL, "x", 1, &error));
  REFUSED(dkimkeeper_message_finish(NULL, &error));
  REFUSED(dkimkeeper_message_write(message, NULL, 1, &error));
  TRUE_OF_NULL(dkimkeeper_message_field_count(NULL) == 0);
  TRUE_OF_NULL(dkimkeeper_message_field(NULL, 0) == NULL);
  dkimkeeper_message_free(NULL);
  return 0;
}

static int ErrorCalls(void) {
  TRUE_OF_NULL(dkimkeeper_error_code(NULL) == DKIMKEEPER_OK);
  TRUE_OF_NULL(strcmp(dkimkeeper_error_reason(NULL), "") == 0);
  TRUE_OF_NULL(strcmp(dkimkeeper_error_message(NULL), "") == 0);
  TRUE_OF_NULL(strcmp(dkimkeeper_error_current_selector(NULL), "") == 0);
  TRUE_OF_NULL(dkimkeeper_error_retry_after_ms(NULL) == 0);
  dkimkeeper_error_free(NULL);
  dkimkeeper_client_free(NULL);
  /* Who does not want the error says so with NULL. */
  TRUE_OF_NULL(dkimkeeper_message_finish(NULL, NULL) == DKIMKEEPER_INVALID_ARGUMENT);
  return 0;
}

int FirstNullThatWasTaken(dkimkeeper_client* client, dkimkeeper_message* message) {
  int line = DigestCalls(client);
  if (line == 0) line = ListCalls(client);
  if (line == 0) line = MessageCalls(client, message);
  if (line == 0) line = ErrorCalls();
  return line;
}
