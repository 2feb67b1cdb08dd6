#include "server/rpc/listener.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <utility>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

// A digest request is some hundred bytes, a batch some ten thousand.
constexpr int kMaxMessageBytes = 1 << 20;

std::string Join(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : ", ") + text;
  return joined;
}

// A connection of that age takes no new call (GOAWAY, RFC 9113 §6.8). Calls under way have as long
// again, at most the longest that one may wait (signing_service.cc); a watch goes on at another
// one.
void LimitAge(grpc::ServerBuilder& builder, std::chrono::milliseconds age) {
  constexpr std::chrono::milliseconds kLongestCall = std::chrono::seconds(30);
  const auto grace = std::min(age, kLongestCall);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, static_cast<int>(age.count()));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, static_cast<int>(grace.count()));
}

// What `service` does of what was approved. It must outlive the function.
template <typename Service>
Perform PerformedBy(const Service& service) {
  return [&service](const Caller& caller, const google::protobuf::Message& request) {
    return service.Perform(caller, request);
  };
}

}  // namespace

Listener::Listener(const Service& s, std::unique_ptr<CallerSource> callers)
    : clock_(s.clock),
      callers_(std::move(callers)),
      calls_(*callers_, s.gate, s.metrics, s.activity, s.audit.log(), s.clock),
      stopping_(std::make_shared<const bool>(false)),
      signing_({calls_, s.registry, s.signer, s.quotas, s.agents, stopping_, s.clock,
                s.config.signing.max_batch, s.config.store.snapshot_max_age, s.outlook.policy()}),
      domains_({calls_, s.registry, s.tokens, s.journal, s.outlook, s.desk, s.queues.changes,
                s.queues.looks, s.clock}),
      keys_({calls_, s.registry, s.tokens, s.operations, s.outlook, s.desk, s.queues.changes,
             s.queues.emergencies, s.queues.looks, s.daemons, s.clock}),
      rotation_({calls_, s.registry, s.operations, s.outlook, s.desk, s.queues.changes,
                 s.queues.emergencies, s.queues.looks, s.daemons, s.clock}),
      dns_({calls_, s.registry, s.outlook, s.desk, s.store, s.read_check, s.queues.looks, s.clock}),
      access_(
          {calls_, s.registry, s.journal, s.queues.changes, s.queues.rights, s.daemons, s.clock}),
      status_({calls_, s.registry, s.signer, s.tokens, s.reconciliations, s.alarms, s.audit,
               s.activity, s.daemons, s.store, s.queues.looks, s.clock, ToTimestamp(s.clock.Now()),
               !s.config.isolation.daemon_user.empty()}),
      tokens_(
          {calls_, s.registry, s.tokens, s.journal, s.outlook, s.desk, s.queues.changes, s.clock}),
      approvals_({calls_,
                  s.registry,
                  s.approvals,
                  s.journal,
                  s.queues.changes,
                  s.queues.rights,
                  s.clock,
                  s.config.access.break_glass,
                  {PerformedBy(keys_), PerformedBy(domains_), PerformedBy(rotation_),
                   PerformedBy(access_)}}) {}

Result<std::unique_ptr<Listener>> Listener::Start(const Service& service, Options options) {
  std::unique_ptr<Listener> listener(new Listener(service, std::move(options.callers)));
  grpc::EnableDefaultHealthCheckService(service.config.server.health);
  if (service.config.server.reflection) grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  // Two daemons on one port would each get half of the calls, silently.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  if (options.max_connection_age) LimitAge(builder, *options.max_connection_age);
  listener->ports_.resize(options.addresses.size());
  for (std::size_t i = 0; i < options.addresses.size(); ++i) {
    builder.AddListeningPort(options.addresses[i], options.credentials, &listener->ports_[i]);
  }
  for (grpc::Service* one : std::initializer_list<grpc::Service*>{
           &listener->signing_, &listener->domains_, &listener->keys_, &listener->rotation_,
           &listener->dns_, &listener->access_, &listener->status_, &listener->tokens_,
           &listener->approvals_}) {
    builder.RegisterService(one);
  }
  listener->server_ = builder.BuildAndStart();
  if (!listener->server_) {
    return Fail(Code::kUnavailable, reason::kServerAway,
                "cannot listen on " + Join(options.addresses) +
                    "; another program has the address, or this user may not use it");
  }
  return listener;
}

void Listener::SetServing(const std::string& service, bool serving) {
  auto* health = server_->GetHealthCheckService();
  if (health != nullptr) health->SetServingStatus(service, serving);
}

void Listener::Shutdown(std::chrono::milliseconds grace) {
  // All names, and no later SetServing changes them.
  if (auto* health = server_->GetHealthCheckService()) health->Shutdown();
  stopping_.Publish(std::make_shared<const bool>(true));
  server_->Shutdown(clock_.Now() + grace);
  server_->Wait();
}

}  // namespace dkimkeeper
