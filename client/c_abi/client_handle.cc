#include "client/c_abi/client_handle.h"

void dkimkeeper_client_free(dkimkeeper_client* client) { delete client; }
