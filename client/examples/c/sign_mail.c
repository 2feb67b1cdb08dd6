/* Signs a message on its way through, for the author's domain:
 *
 *   sign_mail < message > signed
 *
 * The message passes in chunks and is kept in a temporary file, because its signatures stand before
 * it. Lines end with CRLF. On failure nothing is written to standard output.
 */
#include <dkimkeeper.h>
#include <stdio.h>
#include <time.h>

#include "connect.h"

static dkimkeeper_message* BeginMessage(dkimkeeper_client* client, int* status) {
  dkimkeeper_message_options options = DKIMKEEPER_MESSAGE_OPTIONS_INIT;
  options.signed_at = time(NULL);

  dkimkeeper_message* message = NULL;
  dkimkeeper_error* error = NULL;
  const dkimkeeper_code code = dkimkeeper_message_new(client, &options, &message, &error);
  if (code != DKIMKEEPER_OK) *status = Complain(code, error);
  return message;
}

/* Returns 0, or the exit status. */
static int ReadAndSign(dkimkeeper_message* message, FILE* copy) {
  char chunk[16384];
  size_t length = 0;
  dkimkeeper_error* error = NULL;
  dkimkeeper_code code = DKIMKEEPER_OK;
  while (code == DKIMKEEPER_OK && (length = fread(chunk, 1, sizeof(chunk), stdin)) > 0) {
    if (fwrite(chunk, 1, length, copy) != length) return perror("temporary file"), 1;
    code = dkimkeeper_message_write(message, chunk, length, &error);
  }
  if (ferror(stdin)) return perror("standard input"), 1;
  if (code == DKIMKEEPER_OK) code = dkimkeeper_message_finish(message, &error);
  return code == DKIMKEEPER_OK ? 0 : Complain(code, error);
}

static int WriteSigned(const dkimkeeper_message* message, FILE* copy) {
  char chunk[16384];
  size_t length = 0;
  for (size_t i = 0; i < dkimkeeper_message_field_count(message); ++i) {
    (void)fputs(dkimkeeper_message_field(message, i), stdout);
  }
  if (fseek(copy, 0, SEEK_SET) != 0) return perror("temporary file"), 1;
  while ((length = fread(chunk, 1, sizeof(chunk), copy)) > 0) {
    if (fwrite(chunk, 1, length, stdout) != length) return perror("standard output"), 1;
  }
  if (ferror(copy) || fflush(stdout) != 0) return perror("copying"), 1;
  return 0;
}

int main(void) {
  int status = 0;
  FILE* copy = tmpfile();
  if (copy == NULL) return perror("temporary file"), 1;
  dkimkeeper_client* client = ConnectOrExit(); /* a mail server does so once, at its start */
  dkimkeeper_message* message = BeginMessage(client, &status);
  if (message != NULL) status = ReadAndSign(message, copy);
  if (status == 0) status = WriteSigned(message, copy);
  dkimkeeper_message_free(message);
  dkimkeeper_client_free(client);
  (void)fclose(copy);
  return status;
}
