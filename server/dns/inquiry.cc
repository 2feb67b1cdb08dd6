#include "server/dns/inquiry.h"

#include <algorithm>

namespace dkimkeeper {
namespace {

constexpr int kQuestionsInTime = 10;

}  // namespace

Inquiry::Inquiry(DnsClient& client, const DnsOptions& options)
    : client_(client),
      options_(options),
      deadline_(std::chrono::steady_clock::now() + kQuestionsInTime * options.time_limit) {}

DnsReply Inquiry::AskOnce(const ServerAddress& server, const DnsQuestion& question,
                          DnsTransport transport) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline_ - std::chrono::steady_clock::now());
  if (left.count() <= 0) {
    return tl::unexpected(DnsFailure{
        DnsFault::kTimeOut, "was not asked: others took all the time that a check may take"});
  }
  return client_.Ask(server, question, transport, std::min(left, options_.time_limit));
}

DnsReply Inquiry::Ask(const ServerAddress& server, const DnsQuestion& question, bool udp,
                      bool& over_udp) {
  auto reply = AskOnce(server, question, DnsTransport::kTcp);
  const bool tcp_fails = !reply && (reply.error().fault == DnsFault::kRefused ||
                                    reply.error().fault == DnsFault::kTimeOut);
  if (!tcp_fails || !udp) return reply;
  auto datagram = AskOnce(server, question, DnsTransport::kUdp);
  if (datagram && datagram->truncated) {
    return tl::unexpected(
        DnsFailure{DnsFault::kRefused,
                   "answers over UDP that its answer is too long for it, and refuses TCP"});
  }
  if (!datagram) return reply;
  over_udp = true;
  return datagram;
}

DnsReply Inquiry::Ask(const ServerAddress& server, const DnsQuestion& question) {
  bool over_udp = false;
  return Ask(server, question, false, over_udp);
}

DnsReply Inquiry::AskResolvers(const std::string& name, DnsType type) {
  DnsReply last =
      tl::unexpected(DnsFailure{DnsFault::kNoRoute, "is not there: no resolver is configured"});
  for (const ServerAddress& resolver : options_.resolvers) {
    last = Ask(resolver, {.name = name, .type = type, .recurse = true});
    if (last && (last->rcode == kNoError || last->rcode == kNxDomain)) return last;
  }
  return last;
}

bool Inquiry::CanReach(const ServerAddress& server) {
  const bool off = server.is_ipv6() && options_.ipv6 == Ipv6Use::kOff;
  const bool forced = server.is_ipv6() && options_.ipv6 == Ipv6Use::kOn;
  if (!off && (forced || client_.HasRoute(server))) return true;
  const std::lock_guard lock(mutex_);
  skipped_.insert(std::string(server.is_ipv6() ? "IPv6" : "IPv4") +
                  (off ? " (switched off)" : " (no route from this host)"));
  return false;
}

std::string Inquiry::skipped() const {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (const std::string& family : skipped_) text += (text.empty() ? "" : ", ") + family;
  return text;
}

}  // namespace dkimkeeper
