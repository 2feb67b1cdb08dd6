#include "client/agent/milter_callbacks.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dkimkeeper {
namespace {

constexpr std::string_view kSignatureName = "DKIM-Signature";
// Called for, and answered, where a decision ends the transfer: at MAIL, of mail that is none of
// ours, and at the end of the message. What is decided at the end of the header is answered there,
// too: each answer costs as much as the callbacks of ten fields (it wakes a thread here and one
// there).
constexpr unsigned long kNotCalledFor =
    SMFIP_NOHELO | SMFIP_NORCPT | SMFIP_NOUNKNOWN | SMFIP_NODATA;
constexpr unsigned long kNotAnswered = SMFIP_NR_CONN | SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY;

// libmilter hands nothing of ours to its callbacks before there is a connection.
std::optional<MilterSession::Parts> parts_of_process;

// The messages that wait for their signatures.
class Signing {
 public:
  class Turn {
   public:
    explicit Turn(Signing& signing) : signing_(signing) {
      const std::lock_guard lock(signing_.mutex_);
      ++signing_.count_;
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      const std::lock_guard lock(signing_.mutex_);
      if (--signing_.count_ == 0) signing_.none_.notify_all();
    }

   private:
    Signing& signing_;
  };

  void AwaitNone() {
    std::unique_lock lock(mutex_);
    none_.wait(lock, [this] { return count_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  unsigned count_ = 0;
};

Signing& signing_of_process() {
  static Signing& signing = *new Signing;  // outlives libmilter's threads
  return signing;
}

// What libmilter keeps for a connection.
struct Peer {
  explicit Peer(const MilterSession::Parts& parts) : session(parts) {}
  MilterSession session;
  unsigned long unanswered = 0;  // of kNotAnswered, what the mail server granted
  bool leading_space = false;
  std::optional<Verdict> due;  // of the end of the header, which was not answered
};

// Made where there is none: libmilter takes a mail server's commands in odd orders, too, and goes
// on after a close for a new connection (SMFIC_QUIT_NC).
Peer& PeerOf(SMFICTX* context) {
  auto* peer = static_cast<Peer*>(smfi_getpriv(context));
  if (peer == nullptr) {
    peer = new Peer(*parts_of_process);
    (void)smfi_setpriv(context, peer);  // fails without a context only
  }
  return *peer;
}

MilterSession::Macros MacrosOf(SMFICTX* context) {
  return [context](const std::string& name) -> std::string {
    std::string copy = name;  // smfi_getsymval takes it writable
    const char* value = smfi_getsymval(context, copy.data());
    return value == nullptr ? "" : value;
  };
}

std::optional<IpAddress> AddressOf(const sockaddr* address) {
  if (address == nullptr) return std::nullopt;
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    std::array<std::uint8_t, 4> octets{};
    std::memcpy(octets.data(), &v4.sin_addr, octets.size());
    return IpAddress::FromV4(octets);
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    IpAddress::Octets octets{};
    std::memcpy(octets.data(), &v6.sin6_addr, octets.size());
    return IpAddress::FromV6(octets);
  }
  return std::nullopt;
}

sfsistat Silent(const Peer& peer, unsigned long step) {
  return (peer.unanswered & step) != 0 ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

sfsistat Answer(SMFICTX* context, const Verdict& verdict) {
  std::string text = verdict.text;
  switch (verdict.action) {
    case Action::kContinue:
      return SMFIS_CONTINUE;
    case Action::kAccept:
      return SMFIS_ACCEPT;
    case Action::kReject: {
      std::array code = std::to_array("550");
      std::array status = std::to_array("5.7.1");
      (void)smfi_setreply(context, code.data(), status.data(), text.data());
      return SMFIS_REJECT;
    }
    case Action::kTempfail: {
      std::array code = std::to_array("451");
      std::array status = std::to_array("4.7.5");
      (void)smfi_setreply(context, code.data(), status.data(), text.data());
      return SMFIS_TEMPFAIL;
    }
  }
  return SMFIS_TEMPFAIL;
}

// A complete field, as libmilter takes it: no name, LF at folds, nothing at the end.
std::string ValueOf(std::string_view field, bool leading_space) {
  field.remove_prefix(kSignatureName.size() + 1);
  if (!leading_space && field.starts_with(' ')) field.remove_prefix(1);
  if (field.ends_with("\r\n")) field.remove_suffix(2);
  std::string value(field);
  value.erase(std::remove(value.begin(), value.end(), '\r'), value.end());
  return value;
}

bool Insert(SMFICTX* context, const std::vector<std::string>& fields, bool leading_space) {
  std::string name(kSignatureName);
  // Each goes on top of what is there.
  return std::all_of(fields.rbegin(), fields.rend(), [&](const std::string& field) {
    std::string value = ValueOf(field, leading_space);
    return smfi_insheader(context, 0, name.data(), value.data()) == MI_SUCCESS;
  });
}

// Below everything else; where it fails, the mail goes without it.
void AddNote(SMFICTX* context, Verdict& verdict, bool leading_space) {
  if (verdict.note.empty()) return;
  std::string value = (leading_space ? " " : "") + verdict.result;
  (void)smfi_addheader(context, verdict.note.data(), value.data());
}

sfsistat OnNegotiate(SMFICTX* context, unsigned long actions, unsigned long offered,
                     unsigned long /*unused*/, unsigned long /*unused*/, unsigned long* wanted,
                     unsigned long* steps, unsigned long* unused2, unsigned long* unused3) {
  if ((actions & SMFIF_ADDHDRS) == 0) return SMFIS_REJECT;
  Peer& peer = PeerOf(context);
  *wanted = SMFIF_ADDHDRS;
  *steps = offered & (kNotCalledFor | kNotAnswered | SMFIP_HDR_LEADSPC);
  *unused2 = *unused3 = 0;
  peer.unanswered = *steps & kNotAnswered;
  peer.leading_space = (*steps & SMFIP_HDR_LEADSPC) != 0;
  peer.session.Negotiated(peer.leading_space);
  return SMFIS_CONTINUE;
}

sfsistat OnConnect(SMFICTX* context, char* /*name*/, sockaddr* address) {
  Peer& peer = PeerOf(context);
  peer.session.Connected(AddressOf(address));
  return Silent(peer, SMFIP_NR_CONN);
}

sfsistat OnMail(SMFICTX* context, char** arguments) {
  const char* address = arguments == nullptr ? nullptr : arguments[0];
  Peer& peer = PeerOf(context);
  peer.due.reset();
  return Answer(context, peer.session.Mail(address == nullptr ? "" : address, MacrosOf(context)));
}

sfsistat OnHeader(SMFICTX* context, char* name, char* value) {
  Peer& peer = PeerOf(context);
  peer.session.HeaderField(name, value);
  return Silent(peer, SMFIP_NR_HDR);
}

sfsistat OnEndOfHeader(SMFICTX* context) {
  Peer& peer = PeerOf(context);
  const Verdict verdict = peer.session.EndOfHeader(MacrosOf(context));
  if ((peer.unanswered & SMFIP_NR_EOH) == 0) return Answer(context, verdict);
  if (verdict.action != Action::kContinue) peer.due = verdict;
  return SMFIS_NOREPLY;
}

sfsistat OnBody(SMFICTX* context, unsigned char* chunk, std::size_t size) {
  Peer& peer = PeerOf(context);
  peer.session.Body({reinterpret_cast<const char*>(chunk), size});
  return Silent(peer, SMFIP_NR_BODY);
}

sfsistat OnEndOfMessage(SMFICTX* context) {
  const Signing::Turn turn(signing_of_process());
  Peer& peer = PeerOf(context);
  Closing closing = peer.due ? Closing{*std::exchange(peer.due, std::nullopt)}
                             : peer.session.EndOfMessage(MacrosOf(context));
  if (!Insert(context, closing.fields, peer.leading_space)) return SMFIS_TEMPFAIL;
  AddNote(context, closing.verdict, peer.leading_space);
  // The same to the mail server here; but after an "accept" libmilter would overlook that the
  // connection goes on for another client (SMFIC_QUIT_NC), and so whose mail comes next.
  if (closing.verdict.action == Action::kAccept) return SMFIS_CONTINUE;
  return Answer(context, closing.verdict);
}

sfsistat OnAbort(SMFICTX* context) {
  if (auto* peer = static_cast<Peer*>(smfi_getpriv(context))) {
    peer->session.Abort();
    peer->due.reset();
  }
  return SMFIS_CONTINUE;
}

sfsistat OnClose(SMFICTX* context) {
  auto* peer = static_cast<Peer*>(smfi_getpriv(context));
  if (peer != nullptr) peer->session.Abort();
  (void)smfi_setpriv(context, nullptr);
  delete peer;
  return SMFIS_CONTINUE;
}

}  // namespace

smfiDesc DescribeFilter(const MilterSession::Parts& parts) {
  static std::string name = "dkimkeeper-agent";  // libmilter copies it, but takes it writable
  parts_of_process.emplace(parts);
  smfiDesc description{};
  description.xxfi_name = name.data();
  description.xxfi_version = SMFI_VERSION;
  description.xxfi_flags = SMFIF_ADDHDRS;
  description.xxfi_connect = OnConnect;
  description.xxfi_envfrom = OnMail;
  description.xxfi_header = OnHeader;
  description.xxfi_eoh = OnEndOfHeader;
  description.xxfi_body = OnBody;
  description.xxfi_eom = OnEndOfMessage;
  description.xxfi_abort = OnAbort;
  description.xxfi_close = OnClose;
  description.xxfi_negotiate = OnNegotiate;
  return description;
}

void AwaitSignatures() { signing_of_process().AwaitNone(); }

}  // namespace dkimkeeper
