"""The rows of the fault table: each fault, and what the table of failures says of it."""

import re
from pathlib import Path
from typing import NamedTuple, Optional

CKR_TABLE = Path(__file__).resolve().parent.parent.parent / "hsm/pkcs11/ckr.cc"

COLUMNS = ("sign", "generate", "find", "login", "start")
# What a column's call does in the module.
FUNCTION = {"sign": "C_Sign", "generate": "C_GenerateKeyPair", "find": "C_FindObjectsInit",
            "login": "C_Login", "start": "C_Login"}
# These need workers that have just been started: others know where the keys are, and are logged in.
FRESH = {"find", "start"}
# The login is lost while the worker runs; C_Login is called again then.
LOSE_LOGIN = "C_SignInit 1 fail CKR_USER_NOT_LOGGED_IN"
# The eight callers meet a fault of the hot path about once each.
TIMES = {"sign": 8}

# The table of failures by the names in hsm/pkcs11/ckr.cc; what callers see where it says fail.
FAILS = {
    "kRefused": "FAILED_PRECONDITION/TOKEN_REFUSED",
    "kUnsupported": "FAILED_PRECONDITION/ALGORITHM_UNSUPPORTED",
    "kFull": "RESOURCE_EXHAUSTED/TOKEN_FULL",
}
PIN_REFUSED = "UNAVAILABLE/PIN_REFUSED"
# With these the token is asked for the key in other words (hsm/pkcs11/key_templates.cc).
ABOUT_TEMPLATE = {"CKR_ATTRIBUTE_READ_ONLY", "CKR_ATTRIBUTE_TYPE_INVALID",
                  "CKR_ATTRIBUTE_VALUE_INVALID", "CKR_TEMPLATE_INCOMPLETE",
                  "CKR_TEMPLATE_INCONSISTENT", "CKR_CURVE_NOT_SUPPORTED",
                  "CKR_DOMAIN_PARAMS_INVALID"}


class Row(NamedTuple):
    column: str
    fault: str              # as printed
    rules: tuple            # of the module's script; the last one is the fault
    acts: int = 1           # how often it will be met
    # CODE/REASON of the calls that met it, where they fail; None: no call fails.
    reason: Optional[str] = None
    # The token takes no PIN: one C_Login, then all calls fail with `reason` until it is renewed.
    stops: bool = False
    kills: bool = False     # all workers are killed, so that they start with the fault
    lasts: float = 0        # seconds until the script is taken away; 0: it ends by itself
    within: float = 1       # seconds from the fault's end to the next good signature
    slowest: Optional[float] = None  # seconds that a signature may take
    # The function that hangs keeps others of its kind waiting longer than a row: signatures count.
    blocks: bool = False

    @property
    def renews(self):
        """Whether it leaves a token behind that takes no PIN."""
        return self.reason == PIN_REFUSED

    @property
    def watched(self):
        """(function, act) of the fault, as the module logs it."""
        words = self.rules[-1].split()
        return words[0], words[3 if words[2] == "shared" else 2]


def ckr_rows():
    """(CKR, treatment) of every line of the table of failures, in its order."""
    return re.findall(r"KEEPER_ROW\((CKR_\w+), (k\w+)\)", CKR_TABLE.read_text(encoding="utf-8"))


def treatment_of(ckr, treatment, column):
    """The table's word for this code here: two depend on what is going on (ckr.cc, Treat)."""
    if column == "generate" and ckr == "CKR_DEVICE_MEMORY":
        return "kFull"
    if column == "start" and ckr in ("CKR_USER_PIN_NOT_INITIALIZED", "CKR_TOKEN_NOT_RECOGNIZED",
                                     "CKR_GENERAL_ERROR"):
        return "kRetry"
    return treatment


def ckr_row(column, ckr, treatment):
    treatment = treatment_of(ckr, treatment, column)
    function = FUNCTION[column]
    times = TIMES.get(column, 1)
    lose = (LOSE_LOGIN,) if column == "login" else ()
    # A worker remembers in which words the token made a key.
    kills = column in FRESH or (column == "generate" and ckr in ABOUT_TEMPLATE)
    if treatment == "kPin":
        if column in ("login", "start"):
            return Row(column, ckr, lose + (f"{function} * fail {ckr}",), reason=PIN_REFUSED,
                       stops=True, kills=kills, within=2)
        return Row(column, ckr, (f"{function} 1 shared fail {ckr}",), reason=PIN_REFUSED)
    # A code that says success comes after the work was done.
    act = "fail-after" if treatment == "kSuccess" else "fail"
    reason = FAILS.get(treatment)
    if column == "start" or (column == "generate" and ckr in ABOUT_TEMPLATE):
        reason = None  # started again; asked again
    calls = "1" if times == 1 else f"1-{times}"
    return Row(column, ckr, lose + (f"{function} {calls} shared {act} {ckr}",), acts=times,
               reason=reason, kills=kills)


def mishap_rows(column, gone):
    """What no CKR tells of; `gone` is how many seconds the token is away."""
    function = FUNCTION[column]
    lose = (LOSE_LOGIN,) if column == "login" else ()
    kills = column in FRESH

    def row(fault, *rules, **more):
        return Row(column, fault, lose + rules, kills=kills, **more)
    # The module's own time limits (hsm/remote/module_limits.h), and a second.
    limit = {"sign": 2, "generate": 120, "find": 5, "login": 2, "start": 5}[column]
    rows = [row("crash", f"{function} 1 shared crash", slowest=1),
            row("exit", f"{function} 1 shared exit 7", slowest=1)]
    if column == "sign":
        # One call may meet them all; more, and it is the token that must be examined.
        rows += [row("corrupt", "C_Sign 1-3 shared corrupt", acts=3),
                 row("swapped handle", "C_SignInit 1-3 shared swap", acts=3)]
    if column == "find":
        rows += [row("swapped handle", "C_FindObjects 1 shared swap")]
    rows += [row("sessions dropped", f"{function} 1 shared drop-sessions"),
             row(f"token gone {gone:g} s", "* * gone", lasts=gone, within=2, slowest=gone + 2)]
    # No key is made within a caller's 15 s in a module that has 120 s for it; it ends the column,
    # because that worker stays away as long.
    if column == "generate":
        return rows + [row("hang", f"{function} 1 shared hang", reason="DEADLINE_EXCEEDED",
                           blocks=True)]
    return rows + [row("hang", f"{function} 1 shared hang", within=limit + 1, slowest=limit + 1)]
