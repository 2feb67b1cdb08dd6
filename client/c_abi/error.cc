#include "client/c_abi/error.h"

#include <memory>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

dkimkeeper_code NumberOf(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
      return DKIMKEEPER_INVALID_ARGUMENT;
    case Code::kUnauthenticated:
      return DKIMKEEPER_UNAUTHENTICATED;
    case Code::kPermissionDenied:
      return DKIMKEEPER_PERMISSION_DENIED;
    case Code::kNotFound:
      return DKIMKEEPER_NOT_FOUND;
    case Code::kFailedPrecondition:
      return DKIMKEEPER_FAILED_PRECONDITION;
    case Code::kResourceExhausted:
      return DKIMKEEPER_RESOURCE_EXHAUSTED;
    case Code::kUnavailable:
      return DKIMKEEPER_UNAVAILABLE;
    case Code::kDeadlineExceeded:
      return DKIMKEEPER_DEADLINE_EXCEEDED;
    case Code::kAlreadyExists:
      return DKIMKEEPER_ALREADY_EXISTS;
    case Code::kAborted:
      return DKIMKEEPER_ABORTED;
    case Code::kInternal:
      return DKIMKEEPER_INTERNAL;
  }
  return DKIMKEEPER_INTERNAL;
}

}  // namespace

dkimkeeper_code Answer(const Outcome& outcome, dkimkeeper_error** error) {
  if (outcome) return DKIMKEEPER_OK;
  if (error != nullptr) *error = std::make_unique<dkimkeeper_error>(outcome.error()).release();
  return NumberOf(outcome.error().code);
}

dkimkeeper_code AnswerException(dkimkeeper_error** error) noexcept {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return DKIMKEEPER_RESOURCE_EXHAUSTED;
  } catch (...) {
    try {
      return Answer(Fail(Code::kInternal, reason::kInternal,
                         "a library that this one stands on failed in a way that it should not; "
                         "report this with what led to it"),
                    error);
    } catch (...) {
      return DKIMKEEPER_RESOURCE_EXHAUSTED;
    }
  }
}

}  // namespace dkimkeeper

const char* dkimkeeper_code_name(dkimkeeper_code code) {
  switch (code) {
    case DKIMKEEPER_OK:
      return "OK";
    case DKIMKEEPER_INVALID_ARGUMENT:
      return "INVALID_ARGUMENT";
    case DKIMKEEPER_DEADLINE_EXCEEDED:
      return "DEADLINE_EXCEEDED";
    case DKIMKEEPER_NOT_FOUND:
      return "NOT_FOUND";
    case DKIMKEEPER_ALREADY_EXISTS:
      return "ALREADY_EXISTS";
    case DKIMKEEPER_PERMISSION_DENIED:
      return "PERMISSION_DENIED";
    case DKIMKEEPER_RESOURCE_EXHAUSTED:
      return "RESOURCE_EXHAUSTED";
    case DKIMKEEPER_FAILED_PRECONDITION:
      return "FAILED_PRECONDITION";
    case DKIMKEEPER_ABORTED:
      return "ABORTED";
    case DKIMKEEPER_INTERNAL:
      return "INTERNAL";
    case DKIMKEEPER_UNAVAILABLE:
      return "UNAVAILABLE";
    case DKIMKEEPER_UNAUTHENTICATED:
      return "UNAUTHENTICATED";
  }
  return "UNKNOWN";
}

dkimkeeper_code dkimkeeper_error_code(const dkimkeeper_error* error) {
  return error == nullptr ? DKIMKEEPER_OK : dkimkeeper::NumberOf(error->error.code);
}

const char* dkimkeeper_error_reason(const dkimkeeper_error* error) {
  return error == nullptr ? "" : error->error.reason.c_str();
}

const char* dkimkeeper_error_message(const dkimkeeper_error* error) {
  return error == nullptr ? "" : error->error.message.c_str();
}

const char* dkimkeeper_error_current_selector(const dkimkeeper_error* error) {
  return error == nullptr ? "" : error->error.current_selector.c_str();
}

int64_t dkimkeeper_error_retry_after_ms(const dkimkeeper_error* error) {
  return error == nullptr ? 0 : error->error.retry_after.count();
}

void dkimkeeper_error_free(dkimkeeper_error* error) { delete error; }
