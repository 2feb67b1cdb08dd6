#include "client/lib/diagnosis.h"

#include <algorithm>
#include <array>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

struct Clue {
  std::string_view text;
  std::string_view advice;
};

// The first that occurs counts: the more telling ones stand first.
constexpr std::array kClues{
    Clue{"ostname", "that the server's certificate names this host (or use a name it holds)"},
    Clue{"CERTIFICATE_VERIFY_FAILED",
         "that the CA file is the one that signed the server's "
         "certificate, and that certificate's dates"},
    Clue{"certificate verify failed",
         "that the CA file is the one that signed the server's "
         "certificate, and that certificate's dates"},
    Clue{"WRONG_VERSION_NUMBER", "that this port speaks TLS"},
    Clue{"wrong version number", "that this port speaks TLS"},
    Clue{"Connection refused", "that dkimkeeperd runs and listens there"},
    Clue{"No such file", "the path of the socket, and that dkimkeeperd runs"},
    Clue{"Permission denied", "that this user may open the socket"},
    Clue{"DNS resolution", "the server's name and this host's DNS"},
    Clue{"timed out", "the address, and the firewalls between"},
    Clue{"timeout", "the address, and the firewalls between"},
    Clue{"unreachable", "the address, and this host's routes"},
    Clue{"Socket closed", "the server's log: it may have refused this client's certificate"},
    Clue{"Connection reset", "the server's log: it may have refused this client's certificate"},
    Clue{"Broken pipe", "the server's log: it may have refused this client's certificate"},
    Clue{"handshake failed", "the certificate files of both sides"},
};

// gRPC's words without what each of them begins with, and without line ends: an error is one
// sentence.
std::string Brief(std::string text) {
  constexpr std::string_view kLastError = "last error: ";
  const std::size_t last = text.rfind(kLastError);
  if (last != std::string::npos) text.erase(0, last + kLastError.size());
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text;
}

}  // namespace

std::string_view WhatToCheck(std::string_view detail) {
  for (const Clue& clue : kClues) {
    if (detail.find(clue.text) != std::string_view::npos) return clue.advice;
  }
  return "that dkimkeeperd runs and can be reached";
}

Error Unreachable(std::span<const AddressFailure> failures) {
  std::string message = "cannot reach the server at ";
  std::string_view separator;
  for (const AddressFailure& failure : failures) {
    const std::string detail = Brief(failure.detail);
    message.append(separator).append(failure.address).append(" (").append(detail);
    message.append("); check ").append(WhatToCheck(detail));
    separator = ", nor at ";
  }
  return Error{Code::kUnavailable, std::string(reason::kServerAway), std::move(message)};
}

Error NoAnswer(const std::string& address, std::chrono::milliseconds deadline) {
  return Error{Code::kDeadlineExceeded, std::string(reason::kDeadline),
               "server " + address + " did not answer within " + std::to_string(deadline.count()) +
                   " ms; check the server's status, or allow more time"};
}

}  // namespace dkimkeeper
