#include "connect.h"

#include <stdio.h>
#include <stdlib.h>

enum { kExitSoftware = 70, kExitTryAgain = 75 }; /* EX_SOFTWARE, EX_TEMPFAIL */

int Complain(dkimkeeper_code code, dkimkeeper_error* error) {
  (void)fprintf(stderr, "%s [%s %s]\n", dkimkeeper_error_message(error), dkimkeeper_code_name(code),
                dkimkeeper_error_reason(error));
  dkimkeeper_error_free(error);
  switch (code) {
    case DKIMKEEPER_UNAVAILABLE:
    case DKIMKEEPER_DEADLINE_EXCEEDED:
    case DKIMKEEPER_RESOURCE_EXHAUSTED:
      return kExitTryAgain;
    default:
      return kExitSoftware;
  }
}

dkimkeeper_client* ConnectOrExit(void) {
  const char* servers[] = {getenv("DKIMKEEPER_SERVER"), NULL};
  dkimkeeper_options options = DKIMKEEPER_OPTIONS_INIT;
  options.servers = servers;
  options.ca_file = getenv("DKIMKEEPER_CA");
  options.cert_file = getenv("DKIMKEEPER_CERT");
  options.key_file = getenv("DKIMKEEPER_KEY");
  options.note = "the example in C";

  dkimkeeper_client* client = NULL;
  dkimkeeper_error* error = NULL;
  const dkimkeeper_code code = dkimkeeper_connect(&options, &client, &error);
  if (code != DKIMKEEPER_OK) exit(Complain(code, error));
  return client;
}
