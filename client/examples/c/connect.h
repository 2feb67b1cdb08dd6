/* What both programs need: a client, and a place where errors end. */
#ifndef CLIENT_EXAMPLES_C_CONNECT_H_
#define CLIENT_EXAMPLES_C_CONNECT_H_

#include <dkimkeeper.h>

/* Connects as the command dkimkeeper does: DKIMKEEPER_SERVER (host:port or unix:/path),
 * DKIMKEEPER_CA, DKIMKEEPER_CERT, DKIMKEEPER_KEY (PEM files). Ends the program where that fails. */
dkimkeeper_client* ConnectOrExit(void);

/* Says why on standard error, frees `error`, and answers the exit status of sysexits.h that a mail
 * server understands: EX_TEMPFAIL where another try may help, else EX_SOFTWARE. */
int Complain(dkimkeeper_code code, dkimkeeper_error* error);

#endif /* CLIENT_EXAMPLES_C_CONNECT_H_ */
