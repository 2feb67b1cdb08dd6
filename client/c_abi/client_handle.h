// What a program in C holds as its client.
#ifndef CLIENT_C_ABI_CLIENT_HANDLE_H_
#define CLIENT_C_ABI_CLIENT_HANDLE_H_

#include <chrono>
#include <memory>

#include "dkimkeeper/client.h"
#include "dkimkeeper/dkimkeeper.h"

// Copied into each message, so that the order in which a program frees things does not matter.
struct dkimkeeper_client {
  std::shared_ptr<dkimkeeper::Client> client;
  std::chrono::milliseconds deadline;
};

#endif  // CLIENT_C_ABI_CLIENT_HANDLE_H_
