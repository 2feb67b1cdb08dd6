// How a gRPC channel to a server is set up. Internal.
#ifndef CLIENT_LIB_CHANNEL_H_
#define CLIENT_LIB_CHANNEL_H_

#include <grpcpp/channel.h>
#include <grpcpp/security/credentials.h>

#include <chrono>
#include <memory>
#include <string>

#include "dkimkeeper/client.h"

namespace dkimkeeper {

// Makes channels that share one set of certificate files, watched for changes: the next connection
// uses the files as they are then. Not thread-safe.
class ChannelFactory {
 public:
  // `options` has been checked.
  explicit ChannelFactory(const ClientOptions& options);

  // Does not connect. `address` is host:port (TLS) or unix:/path.
  [[nodiscard]] std::shared_ptr<grpc::Channel> Make(const std::string& address) const;

 private:
  std::chrono::milliseconds connect_limit_;
  std::shared_ptr<grpc::ChannelCredentials> tls_;  // null where no address needs it
};

}  // namespace dkimkeeper

#endif  // CLIENT_LIB_CHANNEL_H_
