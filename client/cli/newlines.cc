#include "client/cli/newlines.h"

#include <algorithm>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kCrlf = "\r\n";

tl::unexpected<Error> Mixed(std::uint64_t line, const char* what) {
  return Fail(Code::kInvalidArgument, reason::kBadMessage,
              "the message mixes line ends: line " + std::to_string(line) + " ends in " + what +
                  "; give --fix-newlines to make them all CRLF");
}

}  // namespace

Result<std::string> Newlines::Convert(std::string_view chunk) {
  std::string out;
  out.reserve(chunk.size() + chunk.size() / 32);
  while (!chunk.empty()) {
    const char c = chunk.front();
    if (c == '\n') {
      if (Outcome taken = TakeLf(out); !taken) return Forward(taken);
      chunk.remove_prefix(1);
      continue;
    }
    if (after_cr_) {
      if (Outcome taken = TakeLoneCr(out); !taken) return Forward(taken);
    }
    if (c == '\r') {
      after_cr_ = true;
      chunk.remove_prefix(1);
      continue;
    }
    const std::size_t text = std::min(chunk.find_first_of(kCrlf), chunk.size());
    out += chunk.substr(0, text);
    chunk.remove_prefix(text);
  }
  return out;
}

Result<std::string> Newlines::Finish() {
  std::string out;
  if (!after_cr_) return out;
  if (Outcome taken = TakeLoneCr(out); !taken) return Forward(taken);
  return out;
}

Outcome Newlines::TakeLf(std::string& out) {
  const Style seen = after_cr_ ? Style::kCrlf : Style::kLf;
  if (style_ == Style::kUnknown) style_ = seen;
  if (style_ != Style::kAny && style_ != seen) {
    return Mixed(line_, after_cr_ ? "CRLF, those before in LF" : "LF, those before in CRLF");
  }
  after_cr_ = false;
  ++line_;
  out += kCrlf;
  return {};
}

Outcome Newlines::TakeLoneCr(std::string& out) {
  if (style_ != Style::kAny) return Mixed(line_, "CR alone");
  after_cr_ = false;
  ++line_;
  out += kCrlf;
  return {};
}

}  // namespace dkimkeeper
