/* DKIM Keeper for programs in C: DKIM signatures (RFC 6376, RFC 8463) with keys in custody.
 *
 *   dkimkeeper_client   one connection, kept for the life of the program
 *   dkimkeeper_message  one message on its way through, signed as it passes
 *   dkimkeeper_keys     the keys that this client may sign with
 *   dkimkeeper_error    why a call failed
 *
 * Every call that can fail returns a dkimkeeper_code, DKIMKEEPER_OK (0) for success, and takes as
 * its last argument where to put the error; NULL there: the code is enough. What a call creates it
 * puts where its argument points, NULL after a failure. Each dkimkeeper_*_free takes NULL, too.
 * A NULL or a value out of range is answered with INVALID_ARGUMENT/BAD_OPTION.
 *
 * Strings are UTF-8, ended by NUL, and copied. The library reads no environment variable, asks no
 * clock for the time of day, writes to no file and sets no signal handler. No exception leaves it.
 *
 * Threads: each type says what it allows. A process that forks connects after the fork: a client
 * does not work in the child, not even to be freed. A thread is not to be cancelled
 * (pthread_cancel) within a call.
 */
#ifndef CLIENT_INCLUDE_DKIMKEEPER_DKIMKEEPER_H_
#define CLIENT_INCLUDE_DKIMKEEPER_DKIMKEEPER_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The library's version, "MAJOR.MINOR.PATCH". */
const char* dkimkeeper_version(void);

/* ---- Errors ------------------------------------------------------------------------------- */

/* What kind of failure, with the numbers and meanings of the gRPC codes. */
typedef enum dkimkeeper_code {
  DKIMKEEPER_OK = 0,
  DKIMKEEPER_INVALID_ARGUMENT = 3,
  DKIMKEEPER_DEADLINE_EXCEEDED = 4,
  DKIMKEEPER_NOT_FOUND = 5,
  DKIMKEEPER_ALREADY_EXISTS = 6,
  DKIMKEEPER_PERMISSION_DENIED = 7,
  DKIMKEEPER_RESOURCE_EXHAUSTED = 8,
  DKIMKEEPER_FAILED_PRECONDITION = 9,
  DKIMKEEPER_ABORTED = 10,
  DKIMKEEPER_INTERNAL = 13,
  DKIMKEEPER_UNAVAILABLE = 14,
  DKIMKEEPER_UNAUTHENTICATED = 16
} dkimkeeper_code;

/* "UNAVAILABLE"; "UNKNOWN" for a number that is none of these. Never NULL. */
const char* dkimkeeper_code_name(dkimkeeper_code code);

/* Why a call failed. Does not change: any number of threads may read it; free it once.
 *
 * The accessors take NULL, which stands for no error: DKIMKEEPER_OK, "", 0. A call that failed
 * leaves NULL only where there was no memory left to say more (RESOURCE_EXHAUSTED).
 * Their strings live as long as the error. */
typedef struct dkimkeeper_error dkimkeeper_error;

dkimkeeper_code dkimkeeper_error_code(const dkimkeeper_error* error);
/* Stable, to be compared by programs: "SERVER_AWAY", "NO_GRANT". */
const char* dkimkeeper_error_reason(const dkimkeeper_error* error);
/* A sentence for the operator: what was attempted, on what, what to do. Without mail content. */
const char* dkimkeeper_error_message(const dkimkeeper_error* error);
/* With SELECTOR_NOT_ACTIVE: the selector that signs now; otherwise "". */
const char* dkimkeeper_error_current_selector(const dkimkeeper_error* error);
/* How long to wait before it is worth another try, in milliseconds; 0: not known. */
int64_t dkimkeeper_error_retry_after_ms(const dkimkeeper_error* error);
void dkimkeeper_error_free(dkimkeeper_error* error);

/* ---- Connecting --------------------------------------------------------------------------- */

/* Begin with DKIMKEEPER_OPTIONS_INIT; what stays 0 or NULL has its default. `size` lets a program
 * and a library of different versions work together. */
typedef struct dkimkeeper_options {
  size_t size;
  /* "host:port" (mutual TLS) or "unix:/path" (a socket of the daemon), tried in order; the last
   * element is NULL. */
  const char* const* servers;
  /* PEM files; needed for host:port. Read again when they change on disk. */
  const char* ca_file;
  const char* cert_file;
  const char* key_file;
  /* What the server's audit log records as claimed by this client: printable ASCII, at most 128
   * bytes. */
  const char* note;
  /* Bound of each call to the server, repeats included; 0: 5000. */
  int64_t deadline_ms;
} dkimkeeper_options;

#define DKIMKEEPER_OPTIONS_INIT {sizeof(dkimkeeper_options), NULL, NULL, NULL, NULL, NULL, 0}

/* A connection, kept, with the key list of the server's watch. Thread-safe: one for the program.
 * Signing is repeated at the next server while one is away, within the deadline. */
typedef struct dkimkeeper_client dkimkeeper_client;

/* Checks, and does not wait for a connection: a server that is away is found by the first call.
 * INVALID_ARGUMENT/BAD_OPTION; FAILED_PRECONDITION/BAD_CERTIFICATE: a file that cannot be read or
 * does not match. */
dkimkeeper_code dkimkeeper_connect(const dkimkeeper_options* options, dkimkeeper_client** client,
                                   dkimkeeper_error** error);

/* No call may be running in it. Messages made with it stay usable. */
void dkimkeeper_client_free(dkimkeeper_client* client);

/* ---- Keys --------------------------------------------------------------------------------- */

/* The numbers of a= (RFC 6376 section 3.3, RFC 8463 section 3). */
enum { DKIMKEEPER_RSA_SHA256 = 1, DKIMKEEPER_ED25519_SHA256 = 2 };

/* What to do with a message that gets no signature. */
enum {
  DKIMKEEPER_TEMPFAIL = 1, /* answer 4xx: the mail waits at whoever sends it */
  DKIMKEEPER_UNSIGNED = 2  /* send it as it is */
};

/* A key that signs now. Made by the library only: later versions may append to it. */
typedef struct dkimkeeper_key {
  const char* domain;   /* d=, lower-case A-labels */
  const char* sender;   /* the line of keys that it belongs to, "default" for one */
  const char* selector; /* s= */
  /* What p= of its record holds, raw: RSA a DER SubjectPublicKeyInfo, Ed25519 32 bytes. Of a list
   * of one domain only; otherwise NULL and 0. */
  const unsigned char* public_key;
  size_t public_key_length;
  /* When a key that is being replaced stops signing, milliseconds since 1970; 0: no end is
   * planned. */
  int64_t signs_until_ms;
  int algorithm;   /* DKIMKEEPER_RSA_SHA256, DKIMKEEPER_ED25519_SHA256 */
  int fail_policy; /* DKIMKEEPER_TEMPFAIL, DKIMKEEPER_UNSIGNED */
} dkimkeeper_key;

/* A list of keys. Does not change: any number of threads may read it; free it once. */
typedef struct dkimkeeper_keys dkimkeeper_keys;

/* Asks the server, of which keys of `domain` this client may use, or of all domains with NULL. In a
 * domain and sender the key to sign with comes first. INVALID_ARGUMENT/BAD_DOMAIN;
 * PERMISSION_DENIED/NO_GRANT: no right on that domain; UNAVAILABLE/SERVER_AWAY. */
dkimkeeper_code dkimkeeper_list_keys(dkimkeeper_client* client, const char* domain,
                                     dkimkeeper_keys** keys, dkimkeeper_error** error);
/* 0 for NULL. */
size_t dkimkeeper_keys_count(const dkimkeeper_keys* keys);
/* From 0; NULL at or past the count. Lives as long as the list. */
const dkimkeeper_key* dkimkeeper_keys_at(const dkimkeeper_keys* keys, size_t index);
void dkimkeeper_keys_free(dkimkeeper_keys* keys);

/* ---- Signing a message -------------------------------------------------------------------- */

enum { /* c=, RFC 6376 section 3.4 */
       DKIMKEEPER_RELAXED = 0,
       DKIMKEEPER_SIMPLE = 1
};

enum { /* a CR or LF that stands alone in a message */
       DKIMKEEPER_REFUSE_BARE_NEWLINE = 0,
       DKIMKEEPER_FIX_BARE_NEWLINE = 1 /* hash it as CRLF; the message must be sent so, too */
};

/* Begin with DKIMKEEPER_MESSAGE_OPTIONS_INIT; what stays 0 or NULL has its default. */
typedef struct dkimkeeper_message_options {
  size_t size;
  const char* domain; /* d=; NULL: the domain of the author in From */
  const char* sender; /* whose keys within the domain; NULL: "default" */
  /* i=, at or below the domain; NULL: none. */
  const char* identity;
  /* Names of the header fields to sign where present; NULL: those of RFC 6376 section 5.4.1 and
   * some more. Names that are signed once more than they are there, so that none can be added;
   * NULL: From, To, Cc, Subject, Date and the like. Both contain From; the last element is NULL. */
  const char* const* signed_headers;
  const char* const* oversigned_headers;
  size_t max_header_bytes; /* bound of the header, and so of memory; 0: 1 MiB */
  int64_t signed_at;       /* t=, seconds since 1970: time(NULL); 0: none */
  int64_t expires_after;   /* x= is t= plus these seconds; 0: none */
  int header_canonicalization;
  int body_canonicalization;
  int bare_newline;
  int reserved; /* 0 */
} dkimkeeper_message_options;

#define DKIMKEEPER_MESSAGE_OPTIONS_INIT \
  {sizeof(dkimkeeper_message_options), NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, 0}

/* A message on its way through; for one message. Not thread-safe; different messages of one client
 * may be with different threads. Memory does not grow with the body.
 *
 * Feed it either with dkimkeeper_message_write alone, or as a milter hears of a message: with
 * _add_header, _end_header and _add_body. Then _finish.
 *
 * INVALID_ARGUMENT/BAD_MESSAGE refuses what must not be signed: no or several From fields, a From
 * without one author, a header line without a colon, a bare CR or LF, a header above the bound.
 * FAILED_PRECONDITION/WRONG_STATE: calls out of order. After an error, each further call answers
 * it again; so a program may look at the code of _finish alone. */
typedef struct dkimkeeper_message dkimkeeper_message;

/* `options` may be NULL: all defaults. Does not call the server. INVALID_ARGUMENT/BAD_OPTION,
 * BAD_DOMAIN, BAD_SENDER. */
dkimkeeper_code dkimkeeper_message_new(dkimkeeper_client* client,
                                       const dkimkeeper_message_options* options,
                                       dkimkeeper_message** message, dkimkeeper_error** error);

/* The next bytes of the message, header first, lines ended by CRLF, split anywhere. */
dkimkeeper_code dkimkeeper_message_write(dkimkeeper_message* message, const void* bytes,
                                         size_t length, dkimkeeper_error** error);

/* One header field. `value` is all that follows the colon: its leading space (SMFIP_HDR_LEADSPC),
 * folds as CRLF or LF, without the final line end. */
dkimkeeper_code dkimkeeper_message_add_header(dkimkeeper_message* message, const char* name,
                                              const char* value, dkimkeeper_error** error);
dkimkeeper_code dkimkeeper_message_end_header(dkimkeeper_message* message,
                                              dkimkeeper_error** error);
dkimkeeper_code dkimkeeper_message_add_body(dkimkeeper_message* message, const void* bytes,
                                            size_t length, dkimkeeper_error** error);

/* Signs, with each key that signs now for the domain and sender: one field for an algorithm, all or
 * none. A key that was replaced since the client heard of it costs one more call, no failure.
 *
 * FAILED_PRECONDITION/NO_ACTIVE_KEY; PERMISSION_DENIED/NO_GRANT; UNAVAILABLE/SERVER_AWAY,
 * TOKEN_AWAY; DEADLINE_EXCEEDED/DEADLINE. What the server refused may be tried again by another
 * _finish. */
dkimkeeper_code dkimkeeper_message_finish(dkimkeeper_message* message, dkimkeeper_error** error);

/* How many fields there are to put before the message: 0 until _finish has succeeded. */
size_t dkimkeeper_message_field_count(const dkimkeeper_message* message);
/* "DKIM-Signature: ...", folded, ended by CRLF. From 0; NULL at or past the count. Lives as long as
 * the message. */
const char* dkimkeeper_message_field(const dkimkeeper_message* message, size_t index);
void dkimkeeper_message_free(dkimkeeper_message* message);

/* ---- Signing a digest --------------------------------------------------------------------- */

/* For programs that build the field themselves. */
enum {
  DKIMKEEPER_DIGEST_LENGTH = 32,    /* SHA-256 */
  DKIMKEEPER_SIGNATURE_LENGTH = 512 /* the longest signature: RSA of 4096 bits */
};

/* Signs the SHA-256 of a canonicalised header (RFC 6376 section 3.7). RSA: PKCS#1 v1.5, as long as
 * the modulus; Ed25519: 64 bytes, over the digest. `signature_length` is the room at `signature`
 * before the call, and what was written after it.
 *
 * INVALID_ARGUMENT/BAD_DIGEST: not 32 bytes; BAD_OPTION: less room than the signature needs, which
 * `signature_length` then says; BAD_DOMAIN, BAD_SELECTOR, BAD_ALGORITHM.
 * FAILED_PRECONDITION/SELECTOR_NOT_ACTIVE, NOT_FOUND/KEY_UNKNOWN, and as _finish. */
dkimkeeper_code dkimkeeper_sign_digest(dkimkeeper_client* client, const char* domain,
                                       const char* selector, int algorithm,
                                       const unsigned char* digest, size_t digest_length,
                                       unsigned char* signature, size_t* signature_length,
                                       dkimkeeper_error** error);

#ifdef __cplusplus
}
#endif

#endif /* CLIENT_INCLUDE_DKIMKEEPER_DKIMKEEPER_H_ */
