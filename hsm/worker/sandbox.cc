#include "hsm/worker/sandbox.h"

#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <span>
#include <system_error>

#include "hsm/worker/allowed_calls.h"
#include "hsm/worker/exit_status.h"
#include "proto/reason.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define KEEPER_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define KEEPER_SANITIZED 1
#endif
#endif

namespace dkimkeeper {
namespace {

#ifdef KEEPER_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

// --- The handler of SIGSYS may neither allocate nor look anything up, so names are looked up
// before.

std::array<const char*, 1024>& CallNames() {
  static std::array<const char*, 1024> names = {};
  return names;
}

void LookUpNames() {
  auto& names = CallNames();
  for (std::size_t i = 0; i < names.size(); ++i) {
    names[i] = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, static_cast<int>(i));
  }
}

void Say(const char* text) { static_cast<void>(!write(STDERR_FILENO, text, std::strlen(text))); }

extern "C" void EndForbiddenCall(int /*signal*/, siginfo_t* info, void* /*context*/) {
  const auto number = static_cast<std::size_t>(info->si_syscall);
  const auto& names = CallNames();
  const char* name = number < names.size() ? names[number] : nullptr;
  Say("event=worker.sandbox_violation call=");
  Say(name == nullptr ? "unknown" : name);
  Say(" hint=\"the sandbox forbids this system call; where the token's module needs it, name it in "
      "sandbox_allow, or set sandbox to network\"\n");
  _exit(kExitSandbox);
}

bool CatchForbiddenCalls() {
  LookUpNames();
  struct sigaction action = {};
  action.sa_sigaction = EndForbiddenCall;
  action.sa_flags = SA_SIGINFO;
  return sigaction(SIGSYS, &action, nullptr) == 0;
}

// --- The filter. Each step returns 0, or an error number below 0.

int Allow(scmp_filter_ctx filter, const char* name) {
  const int number = seccomp_syscall_resolve_name(name);
  return number < 0 ? 0 : seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
}

int AllowAll(scmp_filter_ctx filter, std::span<const char* const> names) {
  for (const char* name : names) {
    if (const int error = Allow(filter, name); error != 0) return error;
  }
  return 0;
}

// `action` where argument `index` of the call, masked, is `value`.
int AddRule(scmp_filter_ctx filter, std::uint32_t action, int call, unsigned index,
            scmp_datum_t value, scmp_datum_t mask = ~scmp_datum_t{0}) {
  const scmp_arg_cmp where{
      .arg = index, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value};
  return seccomp_rule_add_array(filter, action, call, 1, &where);
}

// Threads, but no processes: the flags of clone3 lie in memory, where a filter cannot look; the C
// library then takes clone.
int AllowThreads(scmp_filter_ctx filter) {
  const int error = AddRule(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 0, CLONE_THREAD, CLONE_THREAD);
  if (error != 0) return error;
  return seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
}

int AllowByArguments(scmp_filter_ctx filter) {
  // abort() signals itself.
  int error =
      AddRule(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 0, static_cast<scmp_datum_t>(getpid()));
  if (error != 0 || kSanitized) return error;
  for (const int option : {PR_SET_NAME, PR_GET_NAME}) {
    error = AddRule(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 0, static_cast<scmp_datum_t>(option));
    if (error != 0) return error;
  }
  // Limits are read, not changed.
  return AddRule(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, 0);
}

// SoftHSM writes to syslog when a call of it fails. Without a socket it goes on, in silence.
int FailSyslog(scmp_filter_ctx filter) {
  return AddRule(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 0, AF_UNIX);
}

int Fill(scmp_filter_ctx filter, const SandboxOptions& options) {
  int error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
  if (error == 0) error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
  if (error == 0) error = AllowAll(filter, kStrictCalls);
  if (error == 0) error = AllowThreads(filter);
  if (error == 0) error = AllowByArguments(filter);
  if (error == 0 && kSanitized) error = AllowAll(filter, kSanitizerCalls);
  if (error == 0) {
    error = options.kind == SandboxKind::kNetwork ? AllowAll(filter, kNetworkCalls)
                                                  : FailSyslog(filter);
  }
  for (const std::string& name : options.allow) {
    if (error == 0) error = Allow(filter, name.c_str());
  }
  return error;
}

Outcome CheckNames(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (seccomp_syscall_resolve_name(name.c_str()) == __NR_SCMP_ERROR) {
      return Fail(Code::kInvalidArgument, reason::kBadOption,
                  "\"" + name + "\" is no system call: correct the token's `sandbox_allow`.");
    }
  }
  return {};
}

tl::unexpected<Error> Refused(int error) {
  return Fail(Code::kInternal, reason::kInternal,
              "The kernel refused the worker's sandbox: " + std::generic_category().message(error) +
                  "; a kernel without seccomp needs the token's `sandbox` to be \"off\".");
}

}  // namespace

Outcome EnterSandbox(const SandboxOptions& options) {
  if (Outcome known = CheckNames(options.allow); !known) return known;
  if (options.kind == SandboxKind::kOff) return {};
  if (!CatchForbiddenCalls()) return Refused(errno);
  const Filter filter(seccomp_init(SCMP_ACT_TRAP));
  if (filter == nullptr) return Refused(ENOMEM);
  int error = Fill(filter.get(), options);
  if (error == 0) error = seccomp_load(filter.get());
  if (error != 0) return Refused(-error);
  return {};
}

}  // namespace dkimkeeper
