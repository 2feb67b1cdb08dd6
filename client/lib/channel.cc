#include "client/lib/channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <algorithm>

#include "client/lib/check_options.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;

// How often the certificate files are looked at, in seconds: the least that gRPC takes.
constexpr unsigned kFileInterval = 1;

// Between attempts to connect. gRPC's own defaults grow to two minutes, which would make a client
// the last to notice that its server is back.
constexpr milliseconds kFirstReconnect{100};
constexpr milliseconds kLongestReconnect{5'000};
constexpr milliseconds kShortestConnect{100};
constexpr milliseconds kLongestConnect{20'000};

// A little over the five minutes between pings that a gRPC server tolerates by default: notices a
// watch whose server went without a word.
constexpr milliseconds kKeepalive{310'000};
constexpr milliseconds kKeepaliveAnswer{20'000};

// A list of some 100,000 keys.
constexpr int kLargestMessage = 64 << 20;

int Count(milliseconds duration) { return static_cast<int>(duration.count()); }

std::shared_ptr<grpc::ChannelCredentials> WatchedTls(const ClientOptions& options) {
  const auto files = std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
      options.key_file, options.cert_file, options.ca_file, kFileInterval);
  grpc::experimental::TlsChannelCredentialsOptions tls;
  tls.set_certificate_provider(files);
  tls.watch_root_certs();
  tls.watch_identity_key_cert_pairs();
  return grpc::experimental::TlsCredentials(tls);
}

}  // namespace

ChannelFactory::ChannelFactory(const ClientOptions& options)
    // An address that swallows packets must leave time for the next one.
    : connect_limit_(
          std::clamp(options.deadline / static_cast<milliseconds::rep>(2 * options.servers.size()),
                     kShortestConnect, kLongestConnect)) {
  if (!std::all_of(options.servers.begin(), options.servers.end(), IsUnixAddress)) {
    tls_ = WatchedTls(options);
  }
}

std::shared_ptr<grpc::Channel> ChannelFactory::Make(const std::string& address) const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, Count(kFirstReconnect));
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, Count(kLongestReconnect));
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, Count(connect_limit_));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, Count(kKeepalive));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Count(kKeepaliveAnswer));
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetMaxReceiveMessageSize(kLargestMessage);
  // The server is the one named here: no proxy of the environment, no configuration from DNS.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  return grpc::CreateCustomChannel(
      address, IsUnixAddress(address) ? grpc::InsecureChannelCredentials() : tls_, arguments);
}

}  // namespace dkimkeeper
